import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.serialization.BooleanSerializer;
import org.apache.kafka.common.serialization.DoubleSerializer;
import org.apache.kafka.common.serialization.FloatSerializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.ShortSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.serialization.UUIDSerializer;

/** Writes values and what Kafka's serializers make of them, one JSON line for each; always the same ones. */
class Java {
    static final Random random = new Random(42);

    public static void main(String[] args) {
        short[] shorts = {0, 1, -1, 255, 256, Short.MAX_VALUE, Short.MIN_VALUE};
        for (short value : shorts) line("int16", value, new ShortSerializer());
        int[] ints = {0, 1, -1, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE};
        for (int value : ints) line("int32", value, new IntegerSerializer());
        long[] longs = {0, 1, -1, 1L << 31, 1L << 32, -(1L << 32), -(1L << 32) - 1, (1L << 53) - 1, -(1L << 53) + 1,
            1L << 53, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long value : longs) line("int64", value, new LongSerializer());
        float[] floats = {0f, -0f, 1.5f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY};
        for (float value : floats) line("float32", value, new FloatSerializer());
        double[] doubles = {0, -0.0, 0.1, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY};
        for (double value : doubles) line("float64", value, new DoubleSerializer());
        for (int i = 0; i < 100; i++) {
            line("int16", (short) random.nextInt(), new ShortSerializer());
            line("int32", random.nextInt(), new IntegerSerializer());
            line("int64", random.nextLong() >> random.nextInt(64), new LongSerializer());
            float one = Float.intBitsToFloat(random.nextInt());
            line("float32", one, new FloatSerializer());
            double other = Double.longBitsToDouble(random.nextLong());
            line("float64", other, new DoubleSerializer());
            line("uuid", new UUID(random.nextLong(), random.nextLong()), new UUIDSerializer());
        }
        line("boolean", true, new BooleanSerializer());
        line("boolean", false, new BooleanSerializer());
        for (String encoding : new String[] {"UTF-8", "UTF-16BE", "UTF-16LE", "ISO-8859-1", "US-ASCII"}) {
            StringSerializer serializer = new StringSerializer();
            serializer.configure(Map.of("serializer.encoding", encoding), false);
            String[] texts = {"", "plain", "\u0000\u007f\u0080\u00ff\u0100", "Zürich Łódź", "日本語", "🎺 horn 🪶"};
            for (String text : texts) line("string " + encoding, text, serializer);
            for (int i = 0; i < 30; i++) line("string " + encoding, text(), serializer);
        }
    }

    /** Without lone surrogates: there Java and JavaScript differ. */
    static String text() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(20); left > 0; left--) {
            int code = random.nextInt(1 << (1 + random.nextInt(20)));
            if (code < 0xd800 || code > 0xdfff) text.appendCodePoint(code);
        }
        return text.toString();
    }

    static <T> void line(String serializer, T value, Serializer<T> with) {
        StringBuilder shown = new StringBuilder();
        for (char unit : value.toString().toCharArray()) {
            shown.append(unit >= ' ' && unit < 127 && unit != '"' && unit != '\\' ? "" + unit : String.format("\\u%04x", (int) unit));
        }
        String bytes = HexFormat.of().formatHex(with.serialize("topic", value));
        System.out.printf("{\"serializer\":\"%s\",\"value\":\"%s\",\"bytes\":\"%s\"}%n", serializer, shown, bytes);
    }
}
