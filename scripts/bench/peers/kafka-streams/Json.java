import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.module.blackbird.BlackbirdModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** JSON by Jackson's data binding, with the module that compiles its accessors. */
final class Json {
  static final ObjectMapper MAPPER = JsonMapper.builder().addModule(new BlackbirdModule()).build();

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Event(String event_type, String user_id, String event_time) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Person(String user_id, String gender, String age_group, String country) {
    static final Person UNKNOWN = new Person("", "unknown", "unknown", "unknown");
  }

  static <T> Serde<T> serde(Class<T> type) {
    var reader = MAPPER.readerFor(type);
    var writer = MAPPER.writerFor(type);
    return Serdes.serdeFrom(
        (topic, value) -> {
          try {
            return writer.writeValueAsBytes(value);
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        },
        (topic, bytes) -> {
          try {
            return bytes == null ? null : reader.readValue(bytes);
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        });
  }
}
