import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.telemetry.ClientTelemetry;
import org.apache.kafka.server.telemetry.ClientTelemetryPayload;
import org.apache.kafka.server.telemetry.ClientTelemetryReceiver;

/**
 * Writes what clients push (KIP-714) to the file {@code posthorn.telemetry.file}, a line each: client id, client
 * instance id, whether it was the last push, and the metrics in hexadecimal.
 */
public final class TelemetryReporter implements MetricsReporter, ClientTelemetry, ClientTelemetryReceiver {
  private Path file;

  @Override
  public void configure(Map<String, ?> configs) {
    file = Path.of(String.valueOf(configs.get("posthorn.telemetry.file")));
  }

  @Override
  public ClientTelemetryReceiver clientReceiver() {
    return this;
  }

  @Override
  public synchronized void exportMetrics(AuthorizableRequestContext context, ClientTelemetryPayload payload) {
    ByteBuffer data = payload.data().duplicate();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    String line = String.join(" ", context.clientId(), payload.clientInstanceId().toString(),
        String.valueOf(payload.isTerminating()), HexFormat.of().formatHex(bytes)) + "\n";
    try {
      Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new RuntimeException(e);
    }
  }

  @Override
  public void init(List<KafkaMetric> metrics) {}

  @Override
  public void metricChange(KafkaMetric metric) {}

  @Override
  public void metricRemoval(KafkaMetric metric) {}

  @Override
  public void close() {}
}
