import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;

/** {@code create-topic}, {@code delete-topic}, {@code describe}: through Kafka's own admin client. */
final class Topics {
  private Topics() {}

  static void create(Options options, PrintStream out) throws Exception {
    try (Admin admin = admin(options)) {
      int partitions = (int) options.number("partitions", 1);
      Optional<Short> factor = Optional.of((short) options.number("replication-factor", -1)).filter(f -> f > 0);
      NewTopic topic = new NewTopic(options.need("topic"), Optional.of(partitions), factor).configs(options.pairs());
      admin.createTopics(List.of(topic)).all().get();
      out.println(new Json().put("created", options.need("topic")));
    }
  }

  static void delete(Options options, PrintStream out) throws Exception {
    try (Admin admin = admin(options)) {
      admin.deleteTopics(List.of(options.need("topic"))).all().get();
      out.println(new Json().put("deleted", options.need("topic")));
    }
  }

  static void describe(Options options, PrintStream out) throws Exception {
    try (Admin admin = admin(options)) {
      String name = options.need("topic");
      TopicDescription topic = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
      StringBuilder list = new StringBuilder("[");
      for (TopicPartitionInfo partition : topic.partitions()) {
        list.append(list.length() == 1 ? "" : ",").append(new Json()
            .put("partition", partition.partition())
            .put("leader", partition.leader() == null ? -1 : partition.leader().id())
            .raw("replicas", ids(partition.replicas()))
            .raw("inSync", ids(partition.isr())));
      }
      out.println(new Json().put("name", name).put("id", topic.topicId().toString())
          .raw("partitions", list.append(']').toString()));
    }
  }

  private static String ids(List<Node> nodes) {
    return nodes.stream().map(Node::id).toList().toString();
  }

  private static Admin admin(Options options) {
    String patience = Long.toString(options.number("max-seconds", 60) * 1000);
    return Admin.create(Map.of("bootstrap.servers", options.need("bootstrap"), "enable.metrics.push", "false",
        "request.timeout.ms", patience, "default.api.timeout.ms", patience));
  }
}
