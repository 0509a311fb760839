import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Loads what the other commands need, so that a class-data archive can be recorded; talks to nobody. */
final class WarmUp {
  private WarmUp() {}

  static void run() throws Exception {
    // Port 9 (discard) is one where nothing listens; every client gives up at once.
    Properties config = new Properties();
    config.putAll(Map.of("bootstrap.servers", "127.0.0.1:9", "max.block.ms", "200", "request.timeout.ms", "200",
        "default.api.timeout.ms", "200", "delivery.timeout.ms", "400", "enable.metrics.push", "false"));
    var bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      consumer.assign(List.of(new TopicPartition("none", 0)));
      consumer.seek(new TopicPartition("none", 0), 0);
      consumer.poll(Duration.ofMillis(200));
    }
    var serializer = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, serializer, serializer)) {
      producer.send(new ProducerRecord<>("none", new byte[1]));
    }
    Admin.create(config).close(Duration.ZERO);
    new com.fasterxml.jackson.databind.ObjectMapper().readTree("{\"key\":null}");
    System.err.println(new Json().put("warm", true).put("raw", new byte[1]));
  }
}
