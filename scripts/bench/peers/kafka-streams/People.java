import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The demographics in memory: of each user a number, and the number of the segment. */
final class People {
  record Person(int number, int segment) {}

  private final Map<String, Person> byUser = new HashMap<>();
  private final Map<String, Integer> segments = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final Person unknown = new Person(-1, segment("unknown|unknown|unknown"));

  static People read(String file) {
    var people = new People();
    try (var lines = Files.lines(Path.of(file))) {
      for (var line : (Iterable<String>) lines::iterator) {
        people.add(Json.MAPPER.readValue(line, Json.Person.class));
      }
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return people;
  }

  private void add(Json.Person one) {
    var segment = segment(String.join("|", one.gender(), one.age_group(), one.country()));
    byUser.put(one.user_id(), new Person(byUser.size(), segment));
  }

  private int segment(String name) {
    return segments.computeIfAbsent(name, added -> {
      names.add(added);
      return names.size() - 1;
    });
  }

  Person of(String user) {
    return byUser.getOrDefault(user, unknown);
  }

  int segmentCount() {
    return names.size();
  }

  String segmentName(int segment) {
    return names.get(segment);
  }
}
