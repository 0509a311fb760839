import java.util.Base64;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Writes one line of JSON; every text that goes in is a name, a number, or base64. */
final class Json {
  private final StringBuilder text = new StringBuilder("{");

  Json put(String name, long value) {
    return raw(name, Long.toString(value));
  }

  Json put(String name, boolean value) {
    return raw(name, Boolean.toString(value));
  }

  Json put(String name, String value) {
    return raw(name, quote(value));
  }

  Json put(String name, byte[] value) {
    return raw(name, base64(value));
  }

  Json put(String name, Headers headers) {
    StringBuilder list = new StringBuilder("[");
    for (Header header : headers) {
      list.append(list.length() == 1 ? "[" : ",[").append(quote(header.key())).append(',')
          .append(base64(header.value())).append(']');
    }
    return raw(name, list.append(']').toString());
  }

  Json put(String name, Map<?, Long> values) {
    StringBuilder map = new StringBuilder("{");
    values.forEach((key, value) ->
        map.append(map.length() == 1 ? "" : ",").append(quote(key.toString())).append(':').append(value));
    return raw(name, map.append('}').toString());
  }

  /** Puts a value that is JSON already. */
  Json raw(String name, String json) {
    text.append(text.length() == 1 ? "" : ",").append(quote(name)).append(':').append(json);
    return this;
  }

  private static String base64(byte[] value) {
    return value == null ? "null" : '"' + Base64.getEncoder().encodeToString(value) + '"';
  }

  private static String quote(String value) {
    if (value == null) {
      return "null";
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
