import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** One segment of people in one window: how many events, and of which users if that is asked. */
record Segment(long events, Set<String> users) {
  static Segment counting() {
    return new Segment(0, Set.of());
  }

  static Segment withUsers() {
    return new Segment(0, new HashSet<>());
  }

  Segment add() {
    return new Segment(events + 1, users);
  }

  Segment add(String user) {
    users.add(user);
    return add();
  }

  /** The number of events, then each user with its length. */
  static final class Serde implements org.apache.kafka.common.serialization.Serde<Segment> {
    @Override
    public Serializer<Segment> serializer() {
      return (topic, segment) -> segment == null ? null : encode(segment);
    }

    @Override
    public Deserializer<Segment> deserializer() {
      return (topic, bytes) -> bytes == null ? null : decode(ByteBuffer.wrap(bytes));
    }

    private static byte[] encode(Segment segment) {
      int size = Long.BYTES;
      for (var user : segment.users) size += 1 + user.length();
      var buffer = ByteBuffer.allocate(size).putLong(segment.events);
      for (var user : segment.users) {
        buffer.put((byte) user.length()).put(user.getBytes(StandardCharsets.ISO_8859_1));
      }
      return buffer.array();
    }

    private static Segment decode(ByteBuffer buffer) {
      long events = buffer.getLong();
      if (!buffer.hasRemaining()) return new Segment(events, Set.of());
      var users = new HashSet<String>();
      while (buffer.hasRemaining()) {
        int length = buffer.get();
        int start = buffer.position();
        users.add(new String(buffer.array(), start, length, StandardCharsets.ISO_8859_1));
        buffer.position(start + length);
      }
      return new Segment(events, users);
    }
  }
}
