import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Says what java.util.Properties makes of bytes, and what Kafka makes of a sasl.jaas.config. Each line of the file is a
 * question: P or J, a blank, base64. Each answer is a line of words in base64, or "refused".
 */
public class JavaConfig {
    public static void main(String[] arguments) throws Exception {
        StringBuilder answers = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            byte[] input = Base64.getDecoder().decode(line.substring(2));
            String answer;
            try {
                answer = line.charAt(0) == 'P' ? properties(input) : jaas(new String(input, StandardCharsets.UTF_8));
            } catch (Exception refusal) {
                answer = "refused";
            }
            answers.append(answer).append('\n');
        }
        Files.writeString(Path.of(arguments[1]), answers);
    }

    private static String properties(byte[] input) throws Exception {
        Properties properties = new Properties();
        properties.load(new ByteArrayInputStream(input));
        return words(new TreeMap<>(properties));
    }

    private static String jaas(String text) {
        var entry = JaasContext.loadClientContext(Map.of("sasl.jaas.config", new Password(text)))
            .configurationEntries().get(0);
        Map<Object, Object> facts = new TreeMap<>(entry.getOptions());
        facts.put("", entry.getLoginModuleName());
        return words(facts);
    }

    private static String words(Map<Object, Object> facts) {
        List<String> words = new ArrayList<>();
        facts.forEach((key, value) -> {
            words.add(encoded(key));
            words.add(encoded(value));
        });
        return String.join(" ", words);
    }

    private static String encoded(Object text) {
        // UTF-16, because a properties file may hold half of a surrogate pair; never empty.
        return Base64.getEncoder().encodeToString(("." + text).getBytes(StandardCharsets.UTF_16LE));
    }
}
