import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.internals.AppInfoParser;

/** Arguments: a file with one key in hex on each line, then numbers of partitions. Writes one JSON line for each number. */
class Java {
    public static void main(String[] args) throws Exception {
        List<byte[]> keys = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) keys.add(HexFormat.of().parseHex(line));
        for (int i = 1; i < args.length; i++) {
            int count = Integer.parseInt(args[i]);
            StringBuilder partitions = new StringBuilder();
            for (byte[] key : keys) {
                if (partitions.length() > 0) partitions.append(',');
                partitions.append(BuiltInPartitioner.partitionForKey(key, count));
            }
            System.out.printf(
                "{\"client\":\"Java\",\"version\":\"%s\",\"partitioner\":\"BuiltInPartitioner\",\"count\":%d,\"partitions\":[%s]}%n",
                AppInfoParser.getVersion(), count, partitions);
        }
    }
}
