import java.util.List;

/** The command line: topic, begin of the steady part, events, file and topic of people, words. */
record Options(
    String topic,
    long fromEvents,
    long events,
    String peopleFile,
    String peopleTopic,
    List<String> words) {
  static final long WINDOW_MS = 10_000;
  static final long DISORDER_MS = 5_000;

  static Options of(String[] args) {
    var words = List.of(args).subList(5, args.length);
    long fromEvents = Long.parseLong(args[1]);
    return new Options(args[0], fromEvents, Long.parseLong(args[2]), args[3], args[4], words);
  }

  boolean has(String word) {
    return words.contains(word);
  }
}
