import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Folds the events of one partition: three fields of the JSON, a look-up, counters per window. */
final class WindowProcessor implements Processor<byte[], byte[], String, String> {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String[] TYPES = {"click", "purchase"};

  /** Indexed by type and segment. Users who are not in the table are counted, not told apart. */
  private record Window(long[] counts, IntOpenHashSet[] users) {}

  private final People people;
  private final boolean isDistinct;
  private final Tally tally;
  private final TreeMap<Long, Window> windows = new TreeMap<>();
  private ProcessorContext<String, String> context;
  private long closedMs = Long.MIN_VALUE;
  private long lastStartMs = Long.MIN_VALUE;
  private Window lastWindow;
  private volatile long late;

  WindowProcessor(People people, boolean isDistinct, Tally tally) {
    this.people = people;
    this.isDistinct = isDistinct;
    this.tally = tally;
  }

  @Override
  public void init(ProcessorContext<String, String> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    String type = null;
    String user = null;
    String time = null;
    try (JsonParser parser = JSON.createParser(record.value())) {
      parser.nextToken();
      // What comes after the last field that is needed is not looked at.
      while ((type == null || user == null || time == null)
          && parser.nextToken() == JsonToken.FIELD_NAME) {
        switch (parser.currentName()) {
          case "event_type" -> type = parser.nextTextValue();
          case "user_id" -> user = parser.nextTextValue();
          case "event_time" -> time = parser.nextTextValue();
          default -> {
            parser.nextToken();
            parser.skipChildren();
          }
        }
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    add(type, people.of(user), IsoTime.parseMs(time));
    tally.read().increment();
  }

  private void add(String type, People.Person person, long timeMs) {
    long startMs = timeMs - Math.floorMod(timeMs, Options.WINDOW_MS);
    if (startMs + Options.WINDOW_MS <= closedMs) {
      late++;
      return;
    }
    var window = startMs == lastStartMs ? lastWindow : windowAt(startMs);
    int group = person.segment() * TYPES.length + (type.equals(TYPES[0]) ? 0 : 1);
    window.counts[group]++;
    if (isDistinct) usersOf(window, group).add(person.number());
    if (timeMs - Options.DISORDER_MS > closedMs) closeTo(timeMs - Options.DISORDER_MS);
  }

  private Window windowAt(long startMs) {
    lastStartMs = startMs;
    lastWindow = windows.computeIfAbsent(startMs, start -> newWindow());
    return lastWindow;
  }

  private Window newWindow() {
    int groups = people.segmentCount() * TYPES.length;
    return new Window(new long[groups], new IntOpenHashSet[groups]);
  }

  private static IntOpenHashSet usersOf(Window window, int group) {
    var users = window.users[group];
    return users != null ? users : (window.users[group] = new IntOpenHashSet());
  }

  private void closeTo(long watermarkMs) {
    closedMs = watermarkMs;
    while (!windows.isEmpty() && windows.firstKey() + Options.WINDOW_MS <= watermarkMs) {
      var entry = windows.pollFirstEntry();
      if (entry.getKey() == lastStartMs) lastStartMs = Long.MIN_VALUE;
      emit(entry.getKey(), entry.getValue());
    }
  }

  private void emit(long startMs, Window window) {
    for (int group = 0; group < window.counts.length; group++) {
      long count = window.counts[group];
      if (count == 0) continue;
      var name = TYPES[group % TYPES.length] + "|" + people.segmentName(group / TYPES.length);
      var users = isDistinct ? "," + window.users[group].size() : "";
      context.forward(new Record<>(name, count + users, startMs));
      tally.counted().add(count);
    }
  }

  long late() {
    return late;
  }

  long open() {
    return windows.values().stream().mapToLong(WindowProcessor::countOf).sum();
  }

  private static long countOf(Window window) {
    long sum = 0;
    for (long count : window.counts) sum += count;
    return sum;
  }
}
