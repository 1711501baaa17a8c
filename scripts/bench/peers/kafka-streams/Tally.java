import java.util.concurrent.atomic.LongAdder;

/** Events, counted by all threads: those that were read, and those in windows that closed. */
record Tally(LongAdder read, LongAdder counted) {
  Tally() {
    this(new LongAdder(), new LongAdder());
  }
}
