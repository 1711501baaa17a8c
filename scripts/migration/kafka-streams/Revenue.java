import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;

/** The job of the page on migration in Kafka Streams. Runs until it is killed; addresses come from the environment. */
public final class Revenue {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENTS = System.getenv("EVENTS");
  private static final String PEOPLE = System.getenv("PEOPLE");
  private static final String REVENUE = System.getenv("REVENUE");

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Event(
      String event_type,
      String user_id,
      String category,
      int quantity,
      BigDecimal unit_price,
      long event_time) {}

  record Person(String country) {}

  record Group(String category, String country) {}

  record Point(long start, String category, String country, BigDecimal revenue) {
    static Point of(Windowed<Group> window, BigDecimal revenue) {
      var group = window.key();
      return new Point(window.window().start(), group.category(), group.country(), revenue);
    }
  }

  static Topology topology() {
    var builder = new StreamsBuilder();
    // The table as a compacted topic: Kafka Connect, say, keeps it equal to MySQL's.
    var people =
        builder.globalTable(PEOPLE, Consumed.with(Serdes.String(), json(Person.class)));
    builder.stream(EVENTS, Consumed.with(Serdes.String(), json(Event.class))
            .withTimestampExtractor((record, before) -> ((Event) record.value()).event_time()))
        .filter((key, event) -> event.event_type().equals("purchase"))
        .leftJoin(people, (key, event) -> event.user_id(), Revenue::byGroup)
        .map((key, pair) -> pair)
        .repartition(Repartitioned.with(json(Group.class), json(BigDecimal.class)))
        .groupByKey()
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5)))
        .emitStrategy(EmitStrategy.onWindowClose())
        .reduce(BigDecimal::add, Materialized.with(json(Group.class), json(BigDecimal.class)))
        .toStream()
        .map((window, revenue) -> KeyValue.pair("", Point.of(window, revenue)))
        .to(REVENUE, Produced.with(Serdes.String(), json(Point.class)));
    return builder.build();
  }

  static KeyValue<Group, BigDecimal> byGroup(Event event, Person person) {
    var country = person == null ? "unknown" : person.country();
    var amount = event.unit_price().multiply(BigDecimal.valueOf(event.quantity()));
    return KeyValue.pair(new Group(event.category(), country), amount);
  }

  /** A serializer and a deserializer of records as JSON. */
  static <T> Serde<T> json(Class<T> type) {
    return Serdes.serdeFrom(
        (topic, value) -> {
          try {
            return value == null ? null : JSON.writeValueAsBytes(value);
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        },
        (topic, bytes) -> {
          try {
            return bytes == null ? null : JSON.readValue(bytes, type);
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        });
  }

  public static void main(String[] args) {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, System.getenv("APPLICATION"));
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, System.getenv("KAFKA_BROKERS"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, System.getenv("CHECKPOINT"));
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    new KafkaStreams(topology(), settings).start();
  }
}
