import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code produce}: writes the records of standard input, JSON lines in the form that {@code read} prints, with
 * Kafka's own producer, and prints where each of them went, in the order of the input. A {@code transactional.id}
 * makes it one transaction, ended as {@code --end} says: commit, abort, or none at all.
 */
final class Produce {
  private Produce() {}

  static void run(Options options, PrintStream out) throws Exception {
    long deadline = options.deadline();
    boolean transaction = options.pairs().containsKey("transactional.id");
    var config = options.client(Map.of("enable.metrics.push", "false"));
    var serializer = new ByteArraySerializer();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, serializer, serializer)) {
      if (transaction) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      sendAll(options.need("topic"), producer, sent);
      producer.flush();
      for (Future<RecordMetadata> future : sent) {
        print(future.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS), out);
      }
      out.flush();
      if (transaction) {
        end(producer, options.get("end", "commit"));
      }
      producer.close(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
  }

  private static void sendAll(
      String topic, KafkaProducer<byte[], byte[]> producer, List<Future<RecordMetadata>> sent) throws IOException {
    ObjectMapper json = new ObjectMapper();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      sent.add(producer.send(parse(topic, json.readTree(line))));
    }
  }

  private static ProducerRecord<byte[], byte[]> parse(String topic, JsonNode node) throws IOException {
    Integer partition = node.hasNonNull("partition") ? node.get("partition").intValue() : null;
    Long timestamp = node.hasNonNull("timestamp") ? node.get("timestamp").longValue() : null;
    var record = new ProducerRecord<>(topic, partition, timestamp, bytes(node.get("key")), bytes(node.get("value")));
    for (JsonNode header : node.path("headers")) {
      record.headers().add(header.get(0).textValue(), bytes(header.get(1)));
    }
    return record;
  }

  private static byte[] bytes(JsonNode node) throws IOException {
    return node == null || node.isNull() ? null : node.binaryValue();
  }

  private static void print(RecordMetadata to, PrintStream out) {
    out.println(new Json().put("partition", to.partition()).put("offset", to.offset())
        .put("timestamp", to.timestamp()));
  }

  private static void end(KafkaProducer<byte[], byte[]> producer, String how) {
    switch (how) {
      case "commit" -> producer.commitTransaction();
      case "abort" -> producer.abortTransaction();
      // Closing would abort; a transaction without an end is one whose producer vanished.
      case "none" -> Runtime.getRuntime().halt(0);
      default -> throw new IllegalArgumentException("--end " + how + ": expected commit, abort or none");
    }
  }
}
