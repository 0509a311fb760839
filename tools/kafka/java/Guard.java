import java.io.IOException;

/**
 * Runs another main class for as long as somebody holds the other end of standard input.
 * A parent that dies, even by SIGKILL, closes that pipe; so no broker outlives its test run.
 */
public final class Guard {
  private Guard() {}

  public static void main(String[] args) throws Exception {
    Thread watch = new Thread(Guard::haltAtEndOfInput, "posthorn-guard");
    watch.setDaemon(true);
    watch.start();
    String[] rest = java.util.Arrays.copyOfRange(args, 1, args.length);
    Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
  }

  private static void haltAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // What arrives has no meaning; only the end has.
      }
    } catch (IOException broken) {
      // A broken pipe means the same as its end.
    }
    Runtime.getRuntime().halt(137);
  }
}
