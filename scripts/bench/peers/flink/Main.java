import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * The benchmark's work in Flink SQL: Kafka table, people by a table function, TUMBLE. Runs in this
 * process, from the topic's beginning to its present end. Arguments: topic, where the steady part
 * begins, events, file of people, topic of people (unused), words (`distinct` adds exact distinct
 * users).
 */
public final class Main {
  private static final String EVENTS =
      """
      CREATE TABLE events (
        event_type STRING,
        user_id STRING,
        event_time TIMESTAMP_LTZ(3),
        WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
      ) WITH (
        'connector' = 'kafka',
        'topic' = '%s',
        'properties.bootstrap.servers' = '%s',
        'properties.group.id' = 'bench-flink',
        'properties.max.partition.fetch.bytes' = '4194304',
        'properties.fetch.min.bytes' = '1048576',
        'properties.fetch.max.wait.ms' = '100',
        'properties.max.poll.records' = '10000',
        'scan.startup.mode' = 'earliest-offset',
        'scan.bounded.mode' = 'latest-offset',
        'format' = 'json',
        'json.timestamp-format.standard' = 'ISO-8601'
      )""";
  private static final String ENRICHED =
      """
      CREATE TEMPORARY VIEW enriched AS
      SELECT event_type, user_id, event_time, gender, age_group, country
      FROM events, LATERAL TABLE(person(user_id)) AS p(gender, age_group, country)""";
  private static final String WINDOWS =
      """
      SELECT window_start, event_type, gender, age_group, country, COUNT(*) AS events%s
      FROM TABLE(TUMBLE(TABLE enriched, DESCRIPTOR(event_time), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end, event_type, gender, age_group, country""";

  public static void main(String[] args) throws Exception {
    var words = List.of(args).subList(5, args.length);
    var configuration = new Configuration();
    configuration.setString("parallelism.default", "2");
    configuration.setString("pipeline.object-reuse", "true");
    configuration.setString("pipeline.global-job-parameters", "people:" + args[3]);
    var settings = EnvironmentSettings.newInstance().inStreamingMode();
    var tables = TableEnvironment.create(settings.withConfiguration(configuration).build());
    tables.executeSql(EVENTS.formatted(args[0], System.getenv("KAFKA_BROKERS")));
    tables.createTemporarySystemFunction("person", PersonOf.class);
    tables.executeSql(ENRICHED);
    var steady = new Steady(PersonOf.CALLS::sum, Long.parseLong(args[1]), Long.parseLong(args[2]));
    var watching = CompletableFuture.runAsync(steady::await);
    long counted = 0;
    var users = words.contains("distinct") ? ", COUNT(DISTINCT user_id) AS users" : "";
    try (var rows = tables.executeSql(WINDOWS.formatted(users)).collect()) {
      while (rows.hasNext()) counted += (Long) rows.next().getField("events");
    }
    watching.join();
    // A bounded source ends with the last watermark: no window stays open, and what is not counted
    // was late.
    System.out.println(steady.line(counted, PersonOf.CALLS.sum() - counted, 0));
    System.exit(0);
  }
}
