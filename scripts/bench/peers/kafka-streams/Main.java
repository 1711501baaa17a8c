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
    var app = new KafkaStreams(job.topology(), settings(options, id, brokers));
    var running = new CountDownLatch(1);
    app.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING) running.countDown();
      if (now == KafkaStreams.State.ERROR) System.exit(1);
    });
    app.start();
    running.await();
    var steady = new Steady(tally.read()::sum, options.fromEvents(), options.events());
    steady.await();
    var line = settled(job, app, tally, steady, options.events());
    app.close(Duration.ofSeconds(10));
    app.cleanUp();
    return line;
  }

  /** The last events were read; what becomes of them is known a moment later. */
  private static String settled(
      Job job, KafkaStreams app, Tally tally, Steady steady, long events)
      throws InterruptedException {
    for (int tries = 0; ; tries++) {
      long late = job.late(app);
      long open = job.open(app);
      long counted = tally.counted().sum();
      if (counted + late + open == events || tries == 100) return steady.line(counted, late, open);
      Thread.sleep(50);
    }
  }

  private static Properties settings(Options options, String id, String brokers) {
    var settings = properties(
        StreamsConfig.APPLICATION_ID_CONFIG, id,
        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers,
        StreamsConfig.STATE_DIR_CONFIG, System.getProperty("java.io.tmpdir") + "/" + id,
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2",
        // Room enough that keys are written once per commit.
        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, String.valueOf(128 << 20),
        StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // Larger fetches and buffers cost less. But with them the DSL's tasks read further ahead of
    // each other, and with seconds of grace many more events are late.
    if (!options.has("dsl") || options.has("patient")) settings.putAll(largeBuffers());
    return settings;
  }

  private static Properties largeBuffers() {
    return properties(
        StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, "10000",
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
