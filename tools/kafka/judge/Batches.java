import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** {@code batches}: what the batches of one partition look like, parsed by Kafka's own classes. */
final class Batches {
  private static final int FETCH_BYTES = 8 << 20;

  private Batches() {}

  static void run(Options options, PrintStream out) throws IOException {
    long deadline = options.deadline();
    int partition = (int) options.number("partition", 0);
    TopicPartition place = new TopicPartition(options.need("topic"), partition);
    var config = options.client(Map.of("enable.metrics.push", "false", "allow.auto.create.topics", "false"));
    var bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      Duration patience = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
      Node leader = consumer.partitionsFor(place.topic(), patience).stream()
          .filter(info -> info.partition() == partition).map(PartitionInfo::leader).findFirst().orElseThrow();
      long start = consumer.beginningOffsets(List.of(place), patience).get(place);
      long end = consumer.endOffsets(List.of(place), patience).get(place);
      try (RawFetch fetch = new RawFetch(leader.host(), leader.port(), (int) Math.max(1, patience.toMillis()))) {
        print(fetch, place, new long[] {options.number("from", start), end, deadline}, options.flag("raw"), out);
      }
    }
  }

  private static void print(RawFetch fetch, TopicPartition place, long[] bounds, boolean raw, PrintStream out)
      throws IOException {
    long offset = bounds[0];
    while (offset < bounds[1]) {
      if (System.nanoTime() > bounds[2]) {
        throw new IllegalStateException("not read to the end in time; at " + offset + " of " + bounds[1]);
      }
      ByteBuffer records = fetch.fetch(place.topic(), place.partition(), offset, FETCH_BYTES);
      long next = offset;
      for (RecordBatch batch : MemoryRecords.readableRecords(records).batches()) {
        if (batch.baseOffset() >= bounds[1]) {
          break;
        }
        out.println(describe(batch, raw));
        next = batch.nextOffset();
      }
      if (next == offset) {
        throw new IllegalStateException("no complete batch at offset " + offset);
      }
      offset = next;
    }
  }

  private static Json describe(RecordBatch batch, boolean raw) {
    Json json = new Json()
        .put("baseOffset", batch.baseOffset())
        .put("lastOffset", batch.lastOffset())
        .put("magic", batch.magic())
        .put("bytes", batch.sizeInBytes())
        .put("codec", batch.compressionType().name)
        .put("timestampType", batch.timestampType().toString())
        .put("maxTimestamp", batch.maxTimestamp())
        .put("producerId", batch.producerId())
        .put("producerEpoch", batch.producerEpoch())
        .put("baseSequence", batch.baseSequence())
        .put("transactional", batch.isTransactional())
        .put("control", batch.isControlBatch())
        .put("leaderEpoch", batch.partitionLeaderEpoch())
        .put("valid", batch.isValid());
    if (batch instanceof DefaultRecordBatch newest) {
      json.put("baseTimestamp", newest.baseTimestamp()).put("crc", newest.checksum());
    }
    decode(batch, json);
    if (raw) {
      ByteBuffer copy = ByteBuffer.allocate(batch.sizeInBytes());
      batch.writeTo(copy);
      json.put("raw", copy.array());
    }
    return json;
  }

  /** Counts what is really there, which says more than the count in the header, and what was wrong with it. */
  private static void decode(RecordBatch batch, Json json) {
    OptionalLong declared = batch.countOrNull() == null ? OptionalLong.empty() : OptionalLong.of(batch.countOrNull());
    long records = 0;
    long uncompressed = 0;
    String error = null;
    try {
      for (Record record : batch) {
        record.ensureValid();
        records++;
        uncompressed += record.sizeInBytes();
      }
    } catch (RuntimeException broken) {
      error = broken.toString();
    }
    json.put("records", records).put("declaredRecords", declared.orElse(records))
        .put("recordBytes", uncompressed).put("error", error);
  }
}
