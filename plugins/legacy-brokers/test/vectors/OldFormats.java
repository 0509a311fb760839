import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.compress.Lz4BlockOutputStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Time;

/**
 * What the classes of Kafka 3.9, the last that can write the old formats, make of a few sets of records: a batch of
 * format v2 as we have it, and the messages of formats v0 and v1. Each set is also converted down from v2 by Kafka itself,
 * and has to come out the same.
 */
public final class OldFormats {
  private static final HexFormat HEX = HexFormat.of();

  public static void main(String[] args) throws Exception {
    try (PrintStream out = new PrintStream(args[0] + "/OldFormats.jsonl", "UTF-8")) {
      sets(out, "one record", List.of(new SimpleRecord(1_700_000_000_000L, bytes("key"), bytes("value"))));
      sets(out, "nulls and empties", List.of(
          new SimpleRecord(0L, (byte[]) null, (byte[]) null),
          new SimpleRecord(1L, new byte[0], new byte[0]),
          new SimpleRecord(2L, null, bytes("only a value")),
          new SimpleRecord(3L, bytes("only a key"), null)));
      sets(out, "times out of order", List.of(
          new SimpleRecord(5_000L, bytes("b"), bytes("2")),
          new SimpleRecord(9_000L, bytes("c"), bytes("3")),
          new SimpleRecord(1_000L, bytes("a"), bytes("1"))));
      SimpleRecord[] many = new SimpleRecord[60];
      Random random = new Random(7);
      for (int i = 0; i < many.length; i++) {
        byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);
        many[i] = new SimpleRecord(1_600_000_000_000L + random.nextInt(1000), i % 3 == 0 ? null : bytes("k" + i), value);
      }
      sets(out, "sixty records", List.of(many));
      lz4(out);
    }
  }

  private static void sets(PrintStream out, String name, List<SimpleRecord> records) {
    SimpleRecord[] all = records.toArray(new SimpleRecord[0]);
    String v2 = hex(build((byte) 2, CompressionType.NONE, all));
    for (byte format = 0; format <= 1; format++) {
      for (CompressionType codec : List.of(CompressionType.NONE, CompressionType.GZIP, CompressionType.LZ4)) {
        MemoryRecords built = build(format, codec, all);
        var converted = (MemoryRecords) build((byte) 2, codec, all).downConvert(format, 0, Time.SYSTEM).records();
        if (!hex(built).equals(hex(converted))) {
          throw new IllegalStateException(name + ": built and converted differ");
        }
        out.printf("{\"kind\":\"set\",\"name\":\"%s\",\"format\":%d,\"codec\":\"%s\",\"batch\":\"%s\",\"messages\":\"%s\"}%n",
            name, format, codec.name, v2, hex(built));
      }
    }
  }

  private static void lz4(PrintStream out) throws Exception {
    byte[] data = bytes("the same bytes, once with the right header checksum and once with that of format v0".repeat(9));
    out.printf("{\"kind\":\"lz4\",\"data\":\"%s\",\"right\":\"%s\",\"broken\":\"%s\"}%n",
        HEX.formatHex(data), HEX.formatHex(frame(data, false)), HEX.formatHex(frame(data, true)));
  }

  private static byte[] frame(byte[] data, boolean broken) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Lz4BlockOutputStream stream = new Lz4BlockOutputStream(bytes, 4, 9, false, broken)) {
      stream.write(data);
    }
    return bytes.toByteArray();
  }

  private static MemoryRecords build(byte format, CompressionType codec, SimpleRecord... records) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(buffer, format, Compression.of(codec).build(), TimestampType.CREATE_TIME, 0L);
    for (SimpleRecord record : records) {
      long timestamp = format == 0 ? -1 : record.timestamp();
      if (format < 2) {
        builder.append(timestamp, record.key(), record.value());
      } else {
        builder.append(timestamp, record.key(), record.value(), new Header[0]);
      }
    }
    return builder.build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String hex(MemoryRecords records) {
    ByteBuffer buffer = records.buffer().duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return HEX.formatHex(bytes);
  }
}
