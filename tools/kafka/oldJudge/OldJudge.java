import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic as the Java consumer of an old version reads it, checksums verified; compiled against that version, 0.9 at
 * the earliest. Arguments: bootstrap servers, topic, how many records to expect, seconds to wait. Prints a JSON line
 * for each record, then looks for a moment whether there are more than expected.
 */
public final class OldJudge {
  private static final long POLL_MS = 200;
  private static final long SURPLUS_MS = 600;

  private OldJudge() {}

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    long deadline = System.currentTimeMillis() + Long.parseLong(args[3]) * 1000;
    int expected = Integer.parseInt(args[2]);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(args[0])) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (PartitionInfo info : consumer.partitionsFor(args[1])) {
        partitions.add(new TopicPartition(args[1], info.partition()));
      }
      consumer.assign(partitions);
      for (TopicPartition partition : partitions) {
        consumer.seek(partition, 0);
      }
      int seen = 0;
      while (seen < expected && System.currentTimeMillis() < deadline) {
        seen += print(consumer, out);
      }
      long patience = System.currentTimeMillis() + SURPLUS_MS;
      while (System.currentTimeMillis() < patience) {
        print(consumer, out);
      }
      out.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String servers) {
    Properties config = new Properties();
    config.put("bootstrap.servers", servers);
    config.put("enable.auto.commit", "false");
    config.put("auto.offset.reset", "none");
    config.put("check.crcs", "true");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static int print(KafkaConsumer<byte[], byte[]> consumer, PrintStream out) throws Exception {
    int count = 0;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_MS)) {
      out.println("{\"partition\":" + record.partition() + ",\"offset\":" + record.offset()
          + ",\"timestamp\":" + timestamp(record) + ",\"headers\":" + headers(record)
          + ",\"key\":" + base64(record.key()) + ",\"value\":" + base64(record.value()) + "}");
      count++;
    }
    return count;
  }

  /** Records have timestamps from 0.10 on. */
  private static String timestamp(ConsumerRecord<byte[], byte[]> record) throws Exception {
    Method method = method(record, "timestamp");
    return method == null ? "null" : String.valueOf(method.invoke(record));
  }

  /** Records have headers from 0.11 on. */
  private static String headers(ConsumerRecord<byte[], byte[]> record) throws Exception {
    Method method = method(record, "headers");
    if (method == null) {
      return "0";
    }
    int count = 0;
    for (Object ignored : (Iterable<?>) method.invoke(record)) {
      count++;
    }
    return String.valueOf(count);
  }

  private static Method method(Object target, String name) {
    try {
      return target.getClass().getMethod(name);
    } catch (NoSuchMethodException none) {
      return null;
    }
  }

  private static String base64(byte[] bytes) {
    byte[] text = bytes == null ? null : Base64.getEncoder().encode(bytes);
    return text == null ? "null" : '"' + new String(text, StandardCharsets.US_ASCII) + '"';
  }
}
