import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.protocol.Errors;

/**
 * Fetch requests by hand, because Kafka's consumer does not hand out batches. Speaks the newest version below
 * the flexible ones that the server knows.
 */
final class RawFetch implements AutoCloseable {
  private static final int FETCH = 1;
  private static final int API_VERSIONS = 18;
  private static final int NEWEST = 11;
  private static final int LARGEST_ANSWER = 1 << 30;

  private final Socket socket;
  private final DataInputStream in;
  private final short version;

  RawFetch(String host, int port, int timeoutMs) throws IOException {
    socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), timeoutMs);
    socket.setSoTimeout(timeoutMs);
    in = new DataInputStream(socket.getInputStream());
    version = (short) Math.min(NEWEST, newestFetch());
  }

  /** The records at this offset as the server sends them; the last batch may be cut off. */
  ByteBuffer fetch(String topic, int partition, long offset, int maxBytes) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var body = new DataOutputStream(bytes);
    body.writeInt(-1);
    body.writeInt(500);
    body.writeInt(1);
    body.writeInt(maxBytes);
    body.writeByte(0);
    if (version >= 7) {
      body.writeInt(0);
      body.writeInt(-1);
    }
    body.writeInt(1);
    string(body, topic);
    body.writeInt(1);
    body.writeInt(partition);
    if (version >= 9) {
      body.writeInt(-1);
    }
    body.writeLong(offset);
    if (version >= 5) {
      body.writeLong(-1);
    }
    body.writeInt(maxBytes);
    if (version >= 7) {
      body.writeInt(0);
    }
    if (version >= 11) {
      string(body, "");
    }
    return records(call(FETCH, version, bytes.toByteArray()));
  }

  private ByteBuffer records(ByteBuffer answer) {
    answer.getInt();
    if (version >= 7) {
      check(answer.getShort());
      answer.getInt();
    }
    answer.getInt();
    answer.position(answer.getShort() + answer.position());
    answer.getInt();
    answer.getInt();
    check(answer.getShort());
    answer.getLong();
    answer.getLong();
    if (version >= 5) {
      answer.getLong();
    }
    int aborted = Math.max(0, answer.getInt());
    answer.position(answer.position() + aborted * 16 + (version >= 11 ? 4 : 0));
    int length = Math.max(0, answer.getInt());
    return answer.slice().limit(length).slice();
  }

  private int newestFetch() throws IOException {
    ByteBuffer answer = call(API_VERSIONS, (short) 0, new byte[0]);
    check(answer.getShort());
    for (int left = answer.getInt(); left > 0; left--) {
      int api = answer.getShort();
      answer.getShort();
      int newest = answer.getShort();
      if (api == FETCH) {
        return newest;
      }
    }
    throw new IllegalStateException("the server knows no Fetch request");
  }

  private ByteBuffer call(int api, short apiVersion, byte[] body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var request = new DataOutputStream(bytes);
    request.writeShort(api);
    request.writeShort(apiVersion);
    request.writeInt(1);
    string(request, "posthorn-judge");
    request.write(body);
    var out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(bytes.size());
    bytes.writeTo(out);
    out.flush();
    int length = in.readInt();
    if (length < 4 || length > LARGEST_ANSWER) {
      throw new IOException("an answer of " + length + " bytes");
    }
    byte[] answer = in.readNBytes(length);
    return ByteBuffer.wrap(answer).position(4).slice();
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static void check(short error) {
    if (error != 0) {
      throw Errors.forCode(error).exception();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
