import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.ByteUtils;

/** Writes bytes of Kafka's own Java client, with the values that are in them, as JSON, one to a line and a file to a subject. */
public class Vectors {
    static final ObjectMapper JSON = new ObjectMapper();
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** What only followers send or get, which this client does not model. */
    static final Set<String> FOLLOWERS =
        Set.of("replica_state", "replica_directory_id", "high_watermark", "diverging_epoch", "snapshot_id");

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        api(folder, "ApiVersions", 0, 5);
        api(folder, "Metadata", 0, 13);
        api(folder, "Produce", 3, 13);
        api(folder, "InitProducerId", 0, 5);
        api(folder, "Fetch", 4, 17);
        api(folder, "ListOffsets", 1, 11);
        api(folder, "FindCoordinator", 0, 6);
        api(folder, "AddPartitionsToTxn", 0, 3);
        api(folder, "AddOffsetsToTxn", 0, 4);
        api(folder, "TxnOffsetCommit", 0, 5);
        api(folder, "EndTxn", 0, 5);
        api(folder, "SaslHandshake", 0, 1);
        api(folder, "SaslAuthenticate", 0, 2);
        api(folder, "GetTelemetrySubscriptions", 0, 0);
        api(folder, "PushTelemetry", 0, 0);
        List<JsonNode> headers = new ArrayList<>();
        message(headers, "RequestHeader", "", 1, 2);
        message(headers, "ResponseHeader", "", 0, 1);
        save(folder, "Header", headers);
        save(folder, "Records", Batches.all());
        save(folder, "Primitives", primitives());
    }

    static void api(Path folder, String name, int lowest, int highest) throws Exception {
        List<JsonNode> vectors = new ArrayList<>();
        message(vectors, name, "Request", lowest, highest);
        message(vectors, name, "Response", lowest, highest);
        save(folder, name, vectors);
    }

    static void message(List<JsonNode> vectors, String name, String kind, int lowest, int highest) throws Exception {
        for (short version = (short) lowest; version <= highest; version++) {
            vectors.add(vector(name, kind, version, "full"));
            vectors.add(vector(name, kind, version, "sparse"));
            if (name.equals("Fetch") && version == highest) vectors.add(vector(name, kind, version, "follower"));
        }
    }

    /** `full`: a distinct value in every field. `sparse`: null, false and empty wherever that is possible. */
    static JsonNode vector(String name, String kind, short version, String variant) throws Exception {
        String type = "org.apache.kafka.common.message." + name + kind + "Data";
        Schema[] schemas = (Schema[]) Class.forName(type).getField("SCHEMAS").get(null);
        JsonNode body = new Filler(name + kind, version, variant).structure(schemas[version], 0);
        Message message = (Message) Class.forName(type + "JsonConverter")
            .getMethod("read", JsonNode.class, short.class).invoke(null, body, version);
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, version).buffer();
        ObjectNode vector = NODES.objectNode();
        vector.put("kind", name.endsWith("Header") ? name : kind.toLowerCase()).put("version", version);
        vector.put("variant", variant).put("bytes", hex(bytes)).set("body", body);
        return vector;
    }

    /** Fills a structure as its schema of one version asks for it. */
    static class Filler {
        final String message;
        final short version;
        final boolean full;
        final boolean followers;
        int count = 1000;

        Filler(String message, short version, String variant) {
            this.message = message;
            this.version = version;
            full = !variant.equals("sparse");
            followers = variant.equals("follower");
        }

        ObjectNode structure(Schema schema, int depth) {
            ObjectNode node = NODES.objectNode();
            for (BoundField field : schema.fields()) {
                if (field.def.type instanceof TaggedFields tagged) {
                    for (var entry : new java.util.TreeMap<>(tagged.fields()).values()) {
                        if (full && (followers || !FOLLOWERS.contains(entry.name))) {
                            put(node, entry.name, entry.type, depth);
                        }
                    }
                } else {
                    put(node, field.def.name, field.def.type, depth);
                }
            }
            return node;
        }

        void put(ObjectNode node, String name, Type type, int depth) {
            node.set(camel(name), value(name, type, depth));
        }

        JsonNode value(String name, Type type, int depth) {
            count++;
            // The fields exist in 10 and 11, but no broker of these versions looks a topic up by its id.
            boolean byName = message.equals("MetadataRequest") && version < 12;
            if (type.isNullable() && !full && !(byName && name.equals("name"))) return NODES.nullNode();
            if (type.arrayElementType().isPresent()) return array(name, type.arrayElementType().get(), depth);
            if (type instanceof Schema schema) return structure(schema, depth);
            String kind = type.toString();
            if (kind.equals("UUID")) {
                boolean known = full && !byName;
                return NODES.textNode((known ? new Uuid(0xfb00000000000000L + count, -count) : Uuid.ZERO_UUID).toString());
            }
            if (kind.endsWith("STRING")) return NODES.textNode("näme-" + count + (count % 7 == 0 ? "-\ud83d\udce8" : ""));
            if (kind.endsWith("RECORDS") || kind.endsWith("BYTES")) return NODES.binaryNode(bytesOf(count));
            return switch (kind) {
                case "BOOLEAN" -> NODES.booleanNode(full);
                case "INT8" -> NODES.numberNode(count % 128);
                case "INT64" -> NODES.numberNode((long) count * 0x1_0000_0001L);
                default -> NODES.numberNode(count);
            };
        }

        JsonNode array(String name, Type element, int depth) {
            ArrayNode array = NODES.arrayNode();
            int length = full ? 2 : element instanceof Schema ? 1 : 0;
            for (int i = 0; i < length; i++) array.add(value(name, element, depth + 1));
            return array;
        }
    }

    static byte[] bytesOf(int count) {
        byte[] bytes = new byte[count % 300];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (count + i);
        return bytes;
    }

    static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("_")) {
            camel.append(camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    static List<JsonNode> primitives() {
        List<JsonNode> vectors = new ArrayList<>();
        int[] ints = {0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8192, -8193, 16383, 16384, 1048575, 1048576,
            2097151, 2097152, 134217727, 134217728, 268435455, 268435456, Integer.MAX_VALUE, Integer.MIN_VALUE};
        for (int value : ints) {
            ByteBuffer signed = ByteBuffer.allocate(5);
            ByteUtils.writeVarint(value, signed);
            vectors.add(primitive("varint", String.valueOf(value), signed.flip()));
            ByteBuffer unsigned = ByteBuffer.allocate(5);
            ByteUtils.writeUnsignedVarint(value, unsigned);
            vectors.add(primitive("unsignedVarint", Integer.toUnsignedString(value), unsigned.flip()));
        }
        List<Long> longs = new ArrayList<>();
        for (int bits = 6; bits < 53; bits++) {
            longs.addAll(List.of((1L << bits) - 1, 1L << bits, -(1L << bits), -(1L << bits) - 1));
        }
        longs.addAll(List.of(0L, -1L, 1732386540123L, (1L << 53) - 1, -(1L << 53) + 1));
        for (long value : longs) {
            ByteBuffer bytes = ByteBuffer.allocate(10);
            ByteUtils.writeVarlong(value, bytes);
            vectors.add(primitive("varlong", String.valueOf(value), bytes.flip()));
        }
        for (Uuid uuid : List.of(Uuid.ZERO_UUID, Uuid.METADATA_TOPIC_ID, new Uuid(-1, -1), new Uuid(-2, 0x123456789abcdefL))) {
            ByteBuffer bytes = ByteBuffer.allocate(16).putLong(uuid.getMostSignificantBits());
            vectors.add(primitive("uuid", uuid.toString(), bytes.putLong(uuid.getLeastSignificantBits()).flip()));
        }
        for (int length : new int[] {0, 1, 3, 4, 15, 16, 17, 255, 299}) {
            byte[] bytes = bytesOf(length);
            java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
            crc.update(bytes);
            vectors.add(primitive("crc32c", String.valueOf(crc.getValue()), ByteBuffer.wrap(bytes)));
        }
        return vectors;
    }

    static JsonNode primitive(String type, String value, ByteBuffer bytes) {
        return NODES.objectNode().put("type", type).put("value", value).put("bytes", hex(bytes));
    }

    static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static void save(Path folder, String name, List<JsonNode> vectors) throws Exception {
        List<String> lines = new ArrayList<>();
        for (JsonNode vector : vectors) lines.add(JSON.writeValueAsString(vector));
        Files.write(folder.resolve(name + ".jsonl"), lines);
    }

    /** Record batches as Kafka's builder writes them. */
    static class Batches {
        static final long TIME = 1732386540123L;

        static List<JsonNode> all() throws Exception {
            Header[] headers = {
                new RecordHeader("trace", utf8("00-4bf9")), new RecordHeader("", null), new RecordHeader("ключ", new byte[0]),
                new RecordHeader("trace", utf8("again")),
            };
            SimpleRecord[] mixed = {
                new SimpleRecord(TIME, utf8("key"), utf8("value")),
                new SimpleRecord(TIME + 1, null, utf8("no key")),
                new SimpleRecord(TIME - 5, utf8("tombstone"), null),
                new SimpleRecord(TIME - 100_000_000_000L, (byte[]) null, null),
                new SimpleRecord(TIME + 63, new byte[0], new byte[0]),
                new SimpleRecord(TIME + 64, utf8("headers"), utf8("x"), headers),
                new SimpleRecord(TIME + 5_000_000_000L, bytesOf(63), bytesOf(64)),
                new SimpleRecord(TIME, bytesOf(127), bytesOf(299)),
            };
            SimpleRecord[] many = new SimpleRecord[200];
            for (int i = 0; i < many.length; i++) many[i] = new SimpleRecord(TIME + i * 7L, null, bytesOf(i % 3));
            SimpleRecord[] single = {new SimpleRecord(0, null, utf8("at the epoch"))};
            return List.of(
                batch("single", single, Compression.NONE, TimestampType.CREATE_TIME, 0, -1, (short) -1, -1, false),
                batch("mixed", mixed, Compression.NONE, TimestampType.CREATE_TIME, 0, -1, (short) -1, -1, false),
                batch("many", many, Compression.NONE, TimestampType.CREATE_TIME, 0, -1, (short) -1, -1, false),
                batch("idempotent", mixed, Compression.NONE, TimestampType.CREATE_TIME, 0, 0x1122334455667788L, (short) 32767,
                    Integer.MAX_VALUE, false),
                batch("transactional", mixed, Compression.NONE, TimestampType.CREATE_TIME, 0, 42, (short) 7, 0, true),
                batch("stored", mixed, Compression.NONE, TimestampType.LOG_APPEND_TIME, 5_000_000_000L, 42, (short) 0, 9, false),
                batch("gzip", many, Compression.gzip().build(), TimestampType.CREATE_TIME, 0, -1, (short) -1, -1, false),
                control());
        }

        static JsonNode batch(String name, SimpleRecord[] records, Compression compression, TimestampType type, long baseOffset,
                long producerId, short epoch, int sequence, boolean transactional) {
            int leaderEpoch = type == TimestampType.LOG_APPEND_TIME ? 12 : RecordBatch.NO_PARTITION_LEADER_EPOCH;
            MemoryRecordsBuilder builder = new MemoryRecordsBuilder(ByteBuffer.allocate(1 << 20), RecordBatch.MAGIC_VALUE_V2,
                compression, type, baseOffset, TIME + 11, producerId, epoch, sequence, transactional, false, leaderEpoch, 1 << 20);
            for (SimpleRecord record : records) builder.append(record);
            return describe(name, builder.build());
        }

        static JsonNode control() {
            return describe("control", MemoryRecords.withEndTransactionMarker(77, TIME, 3, 42, (short) 7,
                new EndTransactionMarker(ControlRecordType.COMMIT, 1)));
        }

        static JsonNode describe(String name, MemoryRecords records) {
            MutableRecordBatch batch = records.batches().iterator().next();
            ObjectNode node = NODES.objectNode().put("name", name).put("bytes", hex(records.buffer()));
            ObjectNode fields = node.putObject("batch").put("baseOffset", batch.baseOffset()).put("sizeInBytes", batch.sizeInBytes());
            fields.put("partitionLeaderEpoch", batch.partitionLeaderEpoch()).put("crc", batch.checksum());
            fields.put("lastOffset", batch.lastOffset()).put("maxTimestamp", batch.maxTimestamp());
            fields.put("producerId", String.valueOf(batch.producerId())).put("producerEpoch", batch.producerEpoch());
            fields.put("baseSequence", batch.baseSequence()).put("recordCount", batch.countOrNull());
            fields.put("codec", batch.compressionType().id).put("isTransactional", batch.isTransactional());
            fields.put("isControl", batch.isControlBatch());
            fields.put("isLogAppendTime", batch.timestampType() == TimestampType.LOG_APPEND_TIME);
            ArrayNode list = node.putArray("records");
            for (Record record : batch) {
                ObjectNode one = list.addObject().put("offset", record.offset()).put("timestamp", record.timestamp());
                one.put("key", nullable(record.key())).put("value", nullable(record.value()));
                ArrayNode headers = one.putArray("headers");
                for (Header header : record.headers()) {
                    headers.addObject().put("key", header.key())
                        .put("value", header.value() == null ? null : HexFormat.of().formatHex(header.value()));
                }
            }
            return node;
        }

        static String nullable(ByteBuffer bytes) {
            return bytes == null ? null : hex(bytes);
        }

        static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
