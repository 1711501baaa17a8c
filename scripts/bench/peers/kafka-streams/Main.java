import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** Runs a job from the topic's beginning to its end, prints what it counted, removes its topics. */
public final class Main {
  public static void main(String[] args) throws Exception {
    var options = Options.of(args);
    var id = "bench-streams-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis();
    var brokers = System.getenv("KAFKA_BROKERS");
    try (var admin = Admin.create(properties("bootstrap.servers", brokers))) {
      admin.createTopics(List.of(new NewTopic(id + "-out", 4, (short) 1))).all().get();
      try {
        System.out.println(run(options, id, brokers));
      } finally {
        var topics = admin.listTopics().names().get();
        admin.deleteTopics(topics.stream().filter(one -> one.startsWith(id)).toList()).all().get();
      }
    }
  }

  private static String run(Options options, String id, String brokers) throws Exception {
    var tally = new Tally();
    var out = id + "-out";
    Job job =
        options.has("dsl")
            ? new DslJob(options, tally, out)
            : new ProcessorJob(options, tally, out);
    var app = new KafkaStreams(job.topology(), settings(id, brokers));
    var running = new CountDownLatch(1);
    app.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING) running.countDown();
      if (now == KafkaStreams.State.ERROR) System.exit(1);
    });
    app.start();
    running.await();
    tally.start();
    tally.await(options.events());
    var line = tally.line(job.late(app), job.open(app));
    app.close(Duration.ofSeconds(10));
    app.cleanUp();
    return line;
  }

  private static Properties settings(String id, String brokers) {
    return properties(
        StreamsConfig.APPLICATION_ID_CONFIG, id,
        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
        StreamsConfig.STATE_DIR_CONFIG, System.getProperty("java.io.tmpdir") + "/" + id,
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2",
        // Room enough that keys are written once per commit, and fetches of megabytes.
        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, String.valueOf(128 << 20),
        StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, "10000",
        StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest",
        StreamsConfig.consumerPrefix("max.partition.fetch.bytes"), String.valueOf(4 << 20),
        StreamsConfig.consumerPrefix("fetch.min.bytes"), String.valueOf(1 << 20),
        StreamsConfig.consumerPrefix("fetch.max.wait.ms"), "100",
        StreamsConfig.consumerPrefix("max.poll.records"), "10000",
        StreamsConfig.producerPrefix("batch.size"), String.valueOf(256 << 10));
  }

  private static Properties properties(String... pairs) {
    var properties = new Properties();
    for (int i = 0; i < pairs.length; i += 2) properties.put(pairs[i], pairs[i + 1]);
    return properties;
  }
}
