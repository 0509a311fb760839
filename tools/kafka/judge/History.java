import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * {@code history}: for each key, which sequence numbers are stored, how often and in what order. The number is the
 * decimal one that a value begins with; a value without one is an error.
 */
final class History {
  private static final int EXAMPLES = 5;

  private final Map<String, Key> keys = new TreeMap<>();

  private static final class Key {
    final BitSet seen = new BitSet();
    final List<String> examples = new ArrayList<>();
    long records;
    long twice;
    long outOfOrder;

    void add(int number, int partition, long offset) {
      records++;
      String wrong = null;
      if (seen.get(number)) {
        twice++;
        wrong = "twice";
      } else if (number < seen.length() - 1) {
        outOfOrder++;
        wrong = "out of order";
      }
      if (wrong != null && examples.size() < EXAMPLES) {
        examples.add(number + " " + wrong + " at partition " + partition + " offset " + offset);
      }
      seen.set(number);
    }
  }

  static void run(Options options, PrintStream out) {
    try (Log log = new Log(options)) {
      History history = new History();
      log.forEach(history::add);
      history.keys.forEach((name, key) -> out.println(report(name, key)));
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    String name = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    keys.computeIfAbsent(name, unused -> new Key()).add(number(record), record.partition(), record.offset());
  }

  private static int number(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    int number = 0;
    int at = 0;
    while (value != null && at < value.length && value[at] >= '0' && value[at] <= '9') {
      number = Math.addExact(Math.multiplyExact(number, 10), value[at++] - '0');
    }
    if (at == 0) {
      throw new IllegalStateException(
          "no number in the value at partition " + record.partition() + " offset " + record.offset());
    }
    return number;
  }

  private static Json report(String name, Key key) {
    StringBuilder seen = new StringBuilder("[");
    for (int from = key.seen.nextSetBit(0); from >= 0; ) {
      int to = key.seen.nextClearBit(from);
      seen.append(seen.length() == 1 ? "[" : ",[").append(from).append(',').append(to - 1).append(']');
      from = key.seen.nextSetBit(to);
    }
    StringBuilder examples = new StringBuilder("[");
    for (String example : key.examples) {
      // Made of letters and digits above.
      examples.append(examples.length() == 1 ? "\"" : ",\"").append(example).append('"');
    }
    return new Json().put("key", name).put("records", key.records).put("twice", key.twice)
        .put("outOfOrder", key.outOfOrder).raw("seen", seen.append(']').toString())
        .raw("examples", examples.append(']').toString());
  }
}
