import java.util.List;

/** The command line: topic, number of events, file of people, topic of people, words. */
record Options(
    String topic, long events, String peopleFile, String peopleTopic, List<String> words) {
  static final long WINDOW_MS = 10_000;
  static final long DISORDER_MS = 5_000;

  static Options of(String[] args) {
    var words = List.of(args).subList(4, args.length);
    return new Options(args[0], Long.parseLong(args[1]), args[2], args[3], words);
  }

  boolean has(String word) {
    return words.contains(word);
  }
}
