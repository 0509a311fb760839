import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Kafka's own clients as witnesses of what our producer wrote. One command per run; JSON lines on standard output. */
public final class Judge {
  private Judge() {}

  public static void main(String[] argv) {
    int code = 0;
    PrintStream out = new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, StandardCharsets.UTF_8);
    try {
      run(argv.length == 0 ? "" : argv[0], new Options(argv), out);
    } catch (Exception e) {
      Throwable told = e instanceof java.util.concurrent.ExecutionException ? e.getCause() : e;
      System.err.println("judge: " + told);
      code = 1;
    }
    out.flush();
    // Kafka's clients leave threads behind that would keep a finished run alive for seconds.
    Runtime.getRuntime().halt(code);
  }

  private static void run(String command, Options options, PrintStream out) throws Exception {
    switch (command) {
      case "read" -> Read.run(options, out);
      case "count" -> Count.run(options, out);
      case "history" -> History.run(options, out);
      case "produce" -> Produce.run(options, out);
      case "batches" -> Batches.run(options, out);
      case "create-topic" -> Topics.create(options, out);
      case "delete-topic" -> Topics.delete(options, out);
      case "describe" -> Topics.describe(options, out);
      case "warm-up" -> WarmUp.run();
      default -> throw new IllegalArgumentException("no command \"" + command
          + "\"; there are read, count, history, produce, batches, create-topic, delete-topic, describe");
    }
  }
}
