package dev.hone.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text out of tokens as they come. A character spread over several tokens appears with the last of
 * them; what was pushed and flushed, joined, is what {@link Tokenizer#decode} makes of the same
 * tokens. For one thread.
 */
public final class TokenStream {
  private final Tokenizer tokenizer;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** An unfinished character: at most three bytes. */
  private ByteBuffer held = ByteBuffer.allocate(0);

  private boolean atStart = true;

  TokenStream(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that this token completes; empty while a character is unfinished. */
  public String push(int id) {
    return decode(tokenizer.bytes(id), false);
  }

  /** Ends the text: an unfinished character becomes a replacement character. */
  public String flush() {
    return decode(new byte[0], true);
  }

  String decode(byte[] bytes, boolean end) {
    ByteBuffer in =
        ByteBuffer.allocate(held.remaining() + bytes.length).put(held).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
      decoder.reset();
    }
    held = in;
    String text = out.flip().toString();
    if (!atStart || text.isEmpty()) {
      return text;
    }
    atStart = false;
    return tokenizer.stripsFirstSpace() && text.startsWith(" ") ? text.substring(1) : text;
  }
}
