import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;

/** The row of a user, from a table in memory that is read when the task starts. */
@FunctionHint(output = @DataTypeHint("ROW<gender STRING, age_group STRING, country STRING>"))
public final class PersonOf extends TableFunction<Row> {
  static final LongAdder CALLS = new LongAdder();
  private static final Row UNKNOWN = Row.of("unknown", "unknown", "unknown");
  private transient Map<String, Row> people;

  @Override
  public void open(FunctionContext context) throws IOException {
    var json = new ObjectMapper();
    people = new HashMap<>();
    try (var lines = Files.lines(Path.of(context.getJobParameter("people", "")))) {
      for (var line : (Iterable<String>) lines::iterator) {
        var one = json.readTree(line);
        var gender = one.get("gender").asText();
        var row = Row.of(gender, one.get("age_group").asText(), one.get("country").asText());
        people.put(one.get("user_id").asText(), row);
      }
    }
  }

  public void eval(String user) {
    CALLS.increment();
    collect(people.getOrDefault(user, UNKNOWN));
  }
}
