import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/** The benchmark's work, written in one of Kafka Streams' two ways. */
interface Job {
  Topology topology();

  /** Asked while the application runs, after its last event. */
  long late(KafkaStreams app);

  /** Events in windows that are still open, asked as `late` is. */
  long open(KafkaStreams app);
}
