import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Time and CPU of this process, all its threads, from one mark of its progress to another. */
final class Steady {
  private record Mark(long events, long ns, long cpuNs) {
    static Mark at(long events) {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return new Mark(events, System.nanoTime(), system.getProcessCpuTime());
    }
  }

  private static final long POLL_NS = 5_000_000;

  private final LongSupplier read;
  private final long fromEvents;
  private final long toEvents;
  private Mark from;
  private Mark to;

  Steady(LongSupplier read, long fromEvents, long toEvents) {
    this.read = read;
    this.fromEvents = fromEvents;
    this.toEvents = toEvents;
  }

  /** Returns when the second mark is passed. */
  void await() {
    from = reached(fromEvents);
    to = reached(toEvents);
  }

  private Mark reached(long events) {
    while (read.getAsLong() < events) LockSupport.parkNanos(POLL_NS);
    return Mark.at(read.getAsLong());
  }

  /** The line that the benchmark reads. */
  String line(long counted, long late, long open) {
    return String.format(
        "{\"events\":%d,\"counted\":%d,\"late\":%d,\"open\":%d,"
            + "\"steady\":{\"events\":%d,\"ms\":%d,\"cpuS\":%.3f}}",
        read.getAsLong(), counted, late, open,
        to.events - from.events, (to.ns - from.ns) / 1_000_000, (to.cpuNs - from.cpuNs) / 1e9);
  }
}
