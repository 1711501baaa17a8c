import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Runs the statements of a file as Flink's SQL client does, until it is killed; only addresses and topics are those of
 * the environment. Argument: the file.
 */
public final class Run {
  public static void main(String[] args) throws Exception {
    var tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    // The topic has one partition: a second reader would have none, and its watermark would stand still.
    tables.getConfig().set("parallelism.default", "1");
    for (var statement : Files.readString(Path.of(args[0])).split(";\\s*\n")) {
      if (statement.startsWith("SET ")) {
        var words = statement.split("'");
        tables.getConfig().set(words[1], words[3]);
      } else {
        if (statement.contains("INSERT INTO")) address(tables);
        tables.executeSql(statement);
      }
    }
  }

  private static void address(TableEnvironment tables) {
    set(tables, "events", "topic", "EVENTS");
    set(tables, "revenue", "topic", "REVENUE");
    set(tables, "events", "properties.bootstrap.servers", "KAFKA_BROKERS");
    set(tables, "revenue", "properties.bootstrap.servers", "KAFKA_BROKERS");
    set(tables, "demographics", "url", "JDBC_URL");
    set(tables, "demographics", "username", "MYSQL_USER");
    set(tables, "demographics", "password", "MYSQL_PASSWORD");
  }

  private static void set(TableEnvironment tables, String table, String option, String variable) {
    var value = System.getenv(variable);
    tables.executeSql("ALTER TABLE %s SET ('%s' = '%s')".formatted(table, option, value));
  }
}
