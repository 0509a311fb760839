import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * {@code PushingProducer BOOTSTRAP TOPIC FILE PUSHES}: sends records with Kafka's own producer, client id {@code java},
 * until {@link TelemetryReporter} has written so many of its pushes to the file since the first record was stored; then
 * closes it, which pushes a last time. Prints how many records it has sent.
 */
public final class PushingProducer {
  private static final long PATIENCE_MS = 60_000;

  private PushingProducer() {}

  public static void main(String[] args) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", args[0], "client.id", "java");
    long end = System.currentTimeMillis() + PATIENCE_MS;
    int sent = 0;
    try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      Path file = Path.of(args[2]);
      producer.send(new ProducerRecord<>(args[1], "v")).get();
      sent++;
      long enough = pushes(file) + Integer.parseInt(args[3]);
      while (pushes(file) < enough) {
        if (System.currentTimeMillis() > end) throw new IllegalStateException("too few pushes came in time");
        producer.send(new ProducerRecord<>(args[1], "v")).get();
        sent++;
        Thread.sleep(50);
      }
    }
    System.out.println(sent);
  }

  private static long pushes(Path file) throws Exception {
    if (!Files.exists(file)) return 0;
    return Files.readString(file, StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("java ")).count();
  }
}
