import java.util.concurrent.atomic.LongAdder;

/** What became of the events, counted by all threads; at the end it must add up to their number. */
final class Tally {
  final LongAdder read = new LongAdder();
  final LongAdder counted = new LongAdder();
  private long startedNs;
  private long workingNs;

  void start() {
    startedNs = System.nanoTime();
  }

  void await(long events) throws InterruptedException {
    while (read.sum() < events) Thread.sleep(10);
    workingNs = System.nanoTime() - startedNs;
  }

  /** The line that the benchmark reads. */
  String line(long late, long open) {
    return String.format(
        "{\"events\":%d,\"counted\":%d,\"late\":%d,\"open\":%d,\"workingMs\":%d}",
        read.sum(), counted.sum(), late, open, workingNs / 1_000_000);
  }
}
