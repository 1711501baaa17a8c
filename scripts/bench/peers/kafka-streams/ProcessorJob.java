import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * The Processor API by hand: each partition is folded where it is read, into maps in memory. No
 * repartition and no changelog; a window's numbers come out once per partition and add up, because
 * a user is in one partition only. The word `distinct` adds exact distinct users.
 */
final class ProcessorJob implements Job {
  private final Options options;
  private final Tally tally;
  private final String out;
  private final Queue<WindowProcessor> processors = new ConcurrentLinkedQueue<>();

  ProcessorJob(Options options, Tally tally, String out) {
    this.options = options;
    this.tally = tally;
    this.out = out;
  }

  @Override
  public Topology topology() {
    var people = People.read(options.peopleFile());
    var bytes = Serdes.ByteArray();
    var text = Serdes.String();
    return new Topology()
        .addSource("events", bytes.deserializer(), bytes.deserializer(), options.topic())
        .addProcessor("windows", () -> newProcessor(people), "events")
        .addSink("out", out, text.serializer(), text.serializer(), "windows");
  }

  private WindowProcessor newProcessor(People people) {
    var processor = new WindowProcessor(people, options.has("distinct"), tally);
    processors.add(processor);
    return processor;
  }

  @Override
  public long late(KafkaStreams app) {
    return processors.stream().mapToLong(WindowProcessor::late).sum();
  }

  @Override
  public long open(KafkaStreams app) {
    return processors.stream().mapToLong(WindowProcessor::open).sum();
  }
}
