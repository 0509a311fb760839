import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Apache Kafka's producer behind the command line of all drivers; see benchmarks/README.md. */
public final class Driver {
    private final Map<String, String> flags;
    private final byte[][] values;
    private final byte[][] keys;
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final LongAdder acked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    /** Nanoseconds; written by the one thread that completes records. */
    private long[] latencies = new long[1 << 16];
    private int timed;
    private volatile long accepted;
    private volatile String firstError;

    private final Callback count = (metadata, error) -> settle(error);

    private Driver(Map<String, String> flags) {
        this.flags = flags;
        topic = flag("topic", "bench");
        Pool pool = new Pool(flag("payload", "random").equals("json"), number("value-size", 100), number("key-size", 0));
        values = pool.values;
        keys = pool.keys;
        Properties settings = new Properties();
        settings.put("bootstrap.servers", flag("bootstrap", "127.0.0.1:9092"));
        settings.put("acks", flag("acks", "all"));
        settings.put("enable.idempotence", flag("idempotent", "true"));
        settings.put("compression.type", flag("codec", "none"));
        settings.put("linger.ms", flag("linger-ms", "5"));
        settings.put("batch.size", flag("batch-bytes", "16384"));
        settings.put("max.in.flight.requests.per.connection", flag("max-inflight", "5"));
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static void main(String[] argv) throws Exception {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i + 1 < argv.length; i += 2) flags.put(argv[i].substring(2), argv[i + 1]);
        new Driver(flags).run();
    }

    private void run() throws Exception {
        int stallSeconds = number("stall-seconds", 0);
        if (stallSeconds > 0) endAfter(stallSeconds);
        int records = number("records", 1_000_000);
        double seconds = Double.parseDouble(flag("max-seconds", "0"));
        int rate = number("rate", 0);

        int warmup = send(0, number("warmup", records / 20), 0, seconds / 2, false);
        producer.flush();
        long warmupErrors = failed.sumThenReset();
        acked.reset();
        timed = 0;

        long cpu = cpuNanos();
        long start = System.nanoTime();
        int sent = send(warmup, records, rate, seconds, true);
        producer.flush();
        double took = (System.nanoTime() - start) / 1e9;
        double spent = (cpuNanos() - cpu) / 1e9;
        producer.close();

        long[] sorted = Arrays.copyOf(latencies, timed);
        Arrays.sort(sorted);
        long bytes = (long) sent * (number("value-size", 100) + number("key-size", 0));
        StringBuilder line = head();
        add(line, "records", acked.sum());
        add(line, "warmup", warmup);
        add(line, "bytes", bytes);
        add(line, "seconds", took);
        add(line, "records_per_s", Math.round(sent / took));
        add(line, "mb_per_s", bytes / 1e6 / took);
        add(line, "cpu_s", spent);
        add(line, "cpu_us_per_record", spent * 1e6 / sent);
        add(line, "max_rss_mb", statusMb("VmHWM"));
        add(line, "p50_ms", quantile(sorted, 0.5));
        add(line, "p95_ms", quantile(sorted, 0.95));
        add(line, "p99_ms", quantile(sorted, 0.99));
        add(line, "p999_ms", quantile(sorted, 0.999));
        add(line, "errors", failed.sum() + warmupErrors);
        print(line);
    }

    /** Sends until so many are sent or the time is over; gives how many. */
    private int send(int from, int records, int rate, double seconds, boolean measured) {
        long start = System.nanoTime();
        long end = seconds > 0 ? start + (long) (seconds * 1e9) : Long.MAX_VALUE;
        int timeEvery = rate > 0 ? 1 : 10;
        int sent = 0;
        while (sent < records) {
            long due = rate > 0 ? Math.min(records, (System.nanoTime() - start) * rate / 1_000_000_000L) : records;
            while (sent < due) {
                int at = (from + sent) % values.length;
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, keys == null ? null : keys[at], values[at]);
                if (sent % timeEvery == 0) {
                    long now = System.nanoTime();
                    if (now > end) return sent;
                    producer.send(record, measured ? countSince(now) : count);
                } else {
                    producer.send(record, count);
                }
                sent++;
                accepted = accepted + 1;
            }
            if (rate > 0) LockSupport.parkNanos(1_000_000);
        }
        return sent;
    }

    private Callback countSince(long sentAt) {
        return (metadata, error) -> {
            if (timed == latencies.length) latencies = Arrays.copyOf(latencies, 2 * timed);
            latencies[timed++] = System.nanoTime() - sentAt;
            settle(error);
        };
    }

    private void settle(Exception error) {
        if (error == null) {
            acked.increment();
            return;
        }
        failed.increment();
        if (firstError == null) firstError = String.valueOf(error.getMessage());
    }

    private void endAfter(int seconds) {
        Thread watch = new Thread(() -> {
            LockSupport.parkNanos(seconds * 1_000_000_000L);
            StringBuilder line = head();
            add(line, "accepted", accepted);
            add(line, "acked", acked.sum());
            add(line, "errors", failed.sum());
            add(line, "rss_mb", statusMb("VmRSS"));
            add(line, "max_rss_mb", statusMb("VmHWM"));
            print(line);
            Runtime.getRuntime().halt(0);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private StringBuilder head() {
        return new StringBuilder("{\"peer\":\"java\",\"version\":\"").append(version()).append('"');
    }

    /** As the name of the library's file tells it. */
    private static String version() {
        String file = KafkaProducer.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return file.replaceAll(".*kafka-clients-|\\.jar$", "");
    }

    private void print(StringBuilder line) {
        if (firstError != null) line.append(",\"first_error\":\"").append(firstError.replaceAll("[\\\\\"\\p{Cntrl}]", "'")).append('"');
        System.out.println(line.append('}'));
        System.out.flush();
    }

    private static void add(StringBuilder line, String name, long value) {
        line.append(",\"").append(name).append("\":").append(value);
    }

    private static void add(StringBuilder line, String name, double value) {
        line.append(",\"").append(name).append("\":").append(String.format(Locale.ROOT, "%.3f", value));
    }

    private static double quantile(long[] sorted, double q) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (q * sorted.length))] / 1e6;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static double statusMb(String field) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst().orElse(0) / 1024.0;
        } catch (java.io.IOException notLinux) {
            return 0;
        }
    }

    private String flag(String name, String otherwise) {
        return flags.getOrDefault(name, otherwise);
    }

    private int number(String name, int otherwise) {
        return flags.containsKey(name) ? Integer.parseInt(flags.get(name)) : otherwise;
    }

    /** The values and keys that every driver sends; src/driver/payloads.mjs says how they are made. */
    private static final class Pool {
        private static final String[] WORDS = {
            "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo",
            "lima", "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor",
            "whiskey", "xray", "yankee", "zulu", "order", "payment", "customer", "shipped", "pending", "failed"
        };

        private final byte[][] values;
        private final byte[][] keys;
        private int state = 0x9e3779b9;

        Pool(boolean json, int valueSize, int keySize) {
            int entries = Math.max(64, Math.min(10_000, 16 * 1024 * 1024 / Math.max(1, valueSize)));
            values = new byte[entries][];
            keys = keySize == 0 ? null : new byte[entries][];
            for (int i = 0; i < entries; i++) {
                values[i] = json ? jsonValue(valueSize, i) : randomValue(valueSize);
                if (keys != null) {
                    String digits = Integer.toString(i);
                    keys[i] = ("0".repeat(Math.max(0, keySize - digits.length())) + digits).getBytes(StandardCharsets.ISO_8859_1);
                }
            }
        }

        private int random() {
            state ^= state << 13;
            state ^= state >>> 17;
            return state ^= state << 5;
        }

        private byte[] randomValue(int size) {
            byte[] value = new byte[size];
            for (int i = 0; i < size; i++) value[i] = (byte) random();
            return value;
        }

        private byte[] jsonValue(int size, int index) {
            String id = String.format("%08x", random());
            StringBuilder text = new StringBuilder("{\"id\":\"" + id + "\",\"seq\":" + index);
            text.append(",\"host\":\"node-").append(random() & 15).append("\",\"ok\":true,\"msg\":\"");
            while (text.length() < size - 2) text.append(WORDS[random() & 31]).append(' ');
            text.setLength(Math.max(0, size - 2));
            return Arrays.copyOf(text.append("\"}").toString().getBytes(StandardCharsets.ISO_8859_1), size);
        }
    }
}
