import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic from its beginning to where it ended when reading began. Partitions are assigned, not subscribed to,
 * so that a server needs to know no more than ApiVersions, Metadata, ListOffsets and Fetch.
 */
final class Log implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final long deadline;
  final Map<Integer, Long> start = new TreeMap<>();
  final Map<Integer, Long> end = new TreeMap<>();

  Log(Options options) {
    deadline = options.deadline();
    Properties config = options.client(Map.of(
        "isolation.level", options.get("isolation", "read_uncommitted"),
        "enable.auto.commit", "false",
        "allow.auto.create.topics", "false",
        "enable.metrics.push", "false",
        "auto.offset.reset", "none"));
    consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    String topic = options.need("topic");
    Duration patience = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    List<TopicPartition> partitions = consumer.partitionsFor(topic, patience).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .filter(p -> options.number("partition", p.partition()) == p.partition())
        .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException("no such topic or partition: " + topic);
    }
    consumer.assign(partitions);
    consumer.beginningOffsets(partitions, patience).forEach((p, offset) -> start.put(p.partition(), offset));
    consumer.endOffsets(partitions, patience).forEach((p, offset) -> end.put(p.partition(), offset));
    partitions.forEach(p -> consumer.seek(p, start.get(p.partition())));
  }

  /** Hands over every record below the end offsets, in order within each partition. */
  void forEach(Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    Map<TopicPartition, Long> open = new HashMap<>();
    consumer.assignment().forEach(p -> open.put(p, end.get(p.partition())));
    // The position, not the last record, tells the end: offsets may lead to no record at all.
    while (!done(open)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not read to the end in time; positions still open: " + positions(open));
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        if (record.offset() < end.get(record.partition())) {
          reader.accept(record);
        }
      }
    }
  }

  private boolean done(Map<TopicPartition, Long> open) {
    List<TopicPartition> finished = open.keySet().stream().filter(p -> consumer.position(p) >= open.get(p)).toList();
    finished.forEach(open::remove);
    consumer.pause(finished);
    return open.isEmpty();
  }

  private String positions(Map<TopicPartition, Long> open) {
    StringBuilder text = new StringBuilder();
    open.forEach((p, last) -> text.append(p.partition()).append(" at ").append(consumer.position(p))
        .append(" of ").append(last).append("; "));
    return text.toString();
  }

  @Override
  public void close() {
    consumer.close(Duration.ZERO);
  }
}
