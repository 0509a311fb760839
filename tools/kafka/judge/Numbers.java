import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** What values that are decimal numbers, such as the lines of {@code seq 1 1000000}, say about loss and order. */
final class Numbers {
  private static final int LONGEST = 9;

  private final BitSet seen = new BitSet();
  private final Map<Integer, Integer> last = new HashMap<>();
  private long count;
  private long others;
  private long outOfOrder;

  void add(int partition, byte[] value) {
    int number = parse(value);
    if (number < 0) {
      others++;
      return;
    }
    count++;
    seen.set(number);
    Integer before = last.put(partition, number);
    if (before != null && before >= number) {
      outOfOrder++;
    }
  }

  private static int parse(byte[] value) {
    if (value == null || value.length == 0 || value.length > LONGEST) {
      return -1;
    }
    int number = 0;
    for (byte digit : value) {
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = number * 10 + (digit - '0');
    }
    return number;
  }

  /** Out of order is a number that does not exceed the one before it in its partition. */
  String report() {
    Json json = new Json().put("count", count).put("others", others).put("distinct", seen.cardinality());
    if (count > 0) {
      json.put("min", seen.nextSetBit(0)).put("max", seen.length() - 1);
    }
    return json.put("outOfOrder", outOfOrder).toString();
  }
}
