import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The DSL: a GlobalKTable of people, a repartition by segment, windows that are emitted when they
 * close. Words: `distinct` adds exact distinct users, `no-changelog` keeps state in memory only,
 * `patient` closes windows an hour after their end.
 */
final class DslJob implements Job {
  private static final String STORE = "windows";
  private static final Duration SIZE = Duration.ofMillis(Options.WINDOW_MS);
  private final Options options;
  private final Tally tally;
  private final String out;
  private final Duration grace;
  private final Set<Windowed<String>> closed = ConcurrentHashMap.newKeySet();

  DslJob(Options options, Tally tally, String out) {
    this.options = options;
    this.tally = tally;
    this.out = out;
    grace = options.has("patient") ? Duration.ofHours(1) : Duration.ofMillis(Options.DISORDER_MS);
  }

  @Override
  public Topology topology() {
    var builder = new StreamsBuilder();
    GlobalKTable<String, Json.Person> people =
        builder.globalTable(
            options.peopleTopic(),
            Consumed.with(Serdes.String(), Json.serde(Json.Person.class)),
            Materialized.as(Stores.inMemoryKeyValueStore("people")));
    KStream<String, String> usersBySegment =
        builder
            .stream(
                options.topic(),
                Consumed.with(Serdes.String(), Json.serde(Json.Event.class))
                    .withTimestampExtractor((record, before) -> timeMs(record.value())))
            .leftJoin(people, (key, event) -> event.user_id(), DslJob::bySegment)
            .map((key, pair) -> pair)
            .repartition(Repartitioned.with(Serdes.String(), Serdes.String()).withName("segments"))
            .peek((segment, user) -> tally.read().increment());
    var windows =
        usersBySegment
            .groupByKey(Grouped.with(Serdes.String(), Serdes.String()))
            .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, grace))
            .emitStrategy(EmitStrategy.onWindowClose());
    var windowSerde = WindowedSerdes.timeWindowedSerdeFrom(String.class, SIZE.toMillis());
    (options.has("distinct") ? users(windows) : counts(windows))
        .toStream()
        .peek(this::close)
        .to(out, Produced.with(windowSerde, new Segment.Serde()));
    return builder.build();
  }

  private static long timeMs(Object event) {
    return Instant.parse(((Json.Event) event).event_time()).toEpochMilli();
  }

  private static KeyValue<String, String> bySegment(Json.Event event, Json.Person known) {
    var person = known == null ? Json.Person.UNKNOWN : known;
    var segment =
        String.join(
            "|", event.event_type(), person.gender(), person.age_group(), person.country());
    return KeyValue.pair(segment, event.user_id());
  }

  private KTable<Windowed<String>, Segment> counts(TimeWindowedKStream<String, String> windows) {
    return windows.aggregate(Segment::counting, (segment, user, value) -> value.add(), store());
  }

  private KTable<Windowed<String>, Segment> users(TimeWindowedKStream<String, String> windows) {
    return windows.aggregate(
        Segment::withUsers, (segment, user, value) -> value.add(user), store());
  }

  private Materialized<String, Segment, WindowStore<Bytes, byte[]>> store() {
    var supplier = Stores.inMemoryWindowStore(STORE, SIZE.plus(grace), SIZE, false);
    var store =
        Materialized.<String, Segment>as(supplier)
            .withKeySerde(Serdes.String())
            .withValueSerde(new Segment.Serde());
    return options.has("no-changelog")
        ? store.withLoggingDisabled()
        : store.withLoggingEnabled(Map.of());
  }

  private void close(Windowed<String> window, Segment segment) {
    closed.add(window);
    tally.counted().add(segment.events());
  }

  @Override
  public long late(KafkaStreams app) {
    return app.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("dropped-records-total"))
        .mapToLong(metric -> ((Number) metric.metricValue()).longValue())
        .sum();
  }

  @Override
  public long open(KafkaStreams app) {
    long open = 0;
    var type = QueryableStoreTypes.<String, Segment>windowStore();
    try (var all = app.store(StoreQueryParameters.fromNameAndType(STORE, type)).all()) {
      while (all.hasNext()) {
        var next = all.next();
        if (!closed.contains(next.key)) open += next.value.events();
      }
    }
    return open;
  }
}
