import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The command line: {@code --name value} pairs after the command, {@code --config key=value} any number of times. */
final class Options {
  private final Map<String, String> values = new HashMap<>();
  private final List<String> config = new ArrayList<>();

  Options(String[] argv) {
    for (int i = 1; i < argv.length; i += 2) {
      if (!argv[i].startsWith("--") || i + 1 == argv.length) {
        throw new IllegalArgumentException("expected --name value, not " + argv[i]);
      }
      if (argv[i].equals("--config")) {
        config.add(argv[i + 1]);
      } else {
        values.put(argv[i].substring(2), argv[i + 1]);
      }
    }
  }

  String need(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + " is missing");
    }
    return value;
  }

  String get(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  long number(String name, long otherwise) {
    return values.containsKey(name) ? Long.parseLong(values.get(name)) : otherwise;
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(values.get(name));
  }

  /** The moment, in nanoTime, by which the command must have ended. */
  long deadline() {
    return System.nanoTime() + number("max-seconds", 60) * 1_000_000_000L;
  }

  /** The user's client configuration on top of the given one. */
  Properties client(Map<String, ?> base) {
    Properties all = new Properties();
    all.put("bootstrap.servers", need("bootstrap"));
    all.putAll(base);
    all.putAll(pairs());
    return all;
  }

  /** The {@code --config} pairs alone. */
  Map<String, String> pairs() {
    Map<String, String> pairs = new HashMap<>();
    for (String pair : config) {
      int at = pair.indexOf('=');
      if (at < 1) {
        throw new IllegalArgumentException("--config " + pair + ": expected key=value");
      }
      pairs.put(pair.substring(0, at), pair.substring(at + 1));
    }
    return pairs;
  }
}
