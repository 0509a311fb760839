import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** {@code count}: what can be said of millions of records in one object. */
final class Count {
  private final Map<Integer, Partition> partitions = new TreeMap<>();
  private final Numbers numbers = new Numbers();
  private long valueCrcSum;

  /** The digest covers, in order, each key and value with its length before it as an int, -1 for null. */
  private static final class Partition {
    final MessageDigest digest = sha256();
    final ByteBuffer length = ByteBuffer.allocate(4);
    long records;
    long bytes;

    void add(byte[] part) {
      digest.update(length.putInt(0, part == null ? -1 : part.length).array());
      if (part != null) {
        digest.update(part);
        bytes += part.length;
      }
    }
  }

  static void run(Options options, PrintStream out) {
    try (Log log = new Log(options)) {
      Count count = new Count();
      log.end.keySet().forEach(p -> count.partitions.put(p, new Partition()));
      log.forEach(count::add);
      out.println(count.report(log));
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    Partition partition = partitions.get(record.partition());
    partition.records++;
    partition.add(record.key());
    partition.add(record.value());
    if (record.value() != null) {
      CRC32 crc = new CRC32();
      crc.update(record.value());
      valueCrcSum += crc.getValue();
    }
    numbers.add(record.partition(), record.value());
  }

  private Json report(Log log) {
    StringBuilder list = new StringBuilder("[");
    partitions.forEach((index, partition) -> list.append(list.length() == 1 ? "" : ",").append(new Json()
        .put("partition", index)
        .put("start", log.start.get(index))
        .put("end", log.end.get(index))
        .put("records", partition.records)
        .put("bytes", partition.bytes)
        .put("digest", HexFormat.of().formatHex(partition.digest.digest()))));
    return new Json()
        .put("records", partitions.values().stream().mapToLong(p -> p.records).sum())
        .put("bytes", partitions.values().stream().mapToLong(p -> p.bytes).sum())
        .put("valueCrcSum", Long.toString(valueCrcSum))
        .raw("numbers", numbers.report())
        .raw("partitions", list.append(']').toString());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
