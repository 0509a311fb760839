import java.io.PrintStream;

/** {@code read}: every record as a line of JSON; keys, values and header values in base64, null kept null. */
final class Read {
  private Read() {}

  static void run(Options options, PrintStream out) {
    try (Log log = new Log(options)) {
      log.forEach(record -> out.println(new Json()
          .put("partition", record.partition())
          .put("offset", record.offset())
          .put("timestamp", record.timestamp())
          .put("timestampType", record.timestampType().toString())
          .put("key", record.key())
          .put("value", record.value())
          .put("headers", record.headers())));
    }
  }
}
