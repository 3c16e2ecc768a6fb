package dev.hone.inference;

import dev.hone.inference.constraint.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** A token is a byte of UTF-8; 256 ends the turn. */
public final class ByteTokenizer implements TokenText {
  public static final int END = 256;
  public static final int VOCABULARY = 257;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public static int[] encode(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[utf8.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = utf8[i] & 0xff;
    }
    return ids;
  }

  public static Vocabulary vocabulary() {
    return new Vocabulary(
        IntStream.range(0, VOCABULARY)
            .mapToObj(token -> token == END ? new byte[0] : new byte[] {(byte) token})
            .toList(),
        new int[] {END});
  }

  @Override
  public String push(int token) {
    bytes.write(token);
    var in = ByteBuffer.wrap(bytes.toByteArray());
    var out = CharBuffer.allocate(in.remaining());
    StandardCharsets.UTF_8.newDecoder().decode(in, out, false);
    bytes.reset();
    bytes.write(in.array(), in.position(), in.remaining());
    return out.flip().toString();
  }

  @Override
  public String flush() {
    String rest = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return rest;
  }
}
