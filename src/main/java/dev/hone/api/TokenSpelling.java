package dev.hone.api;

import dev.hone.model.Tokenizer;
import java.nio.charset.StandardCharsets;

/** One token by itself. A part of a character reads as U+FFFD; its bytes tell more. */
final class TokenSpelling {
  /** OpenAI's word for a token that could not have been drawn; JSON has no infinity. */
  private static final float IMPOSSIBLE = -9999;

  private TokenSpelling() {}

  static String text(Tokenizer tokenizer, int id) {
    return new String(tokenizer.spelling(id), StandardCharsets.UTF_8);
  }

  /** Null for a control token. */
  static int[] bytes(Tokenizer tokenizer, int id) {
    if (tokenizer.isSpecial(id)) {
      return null;
    }
    byte[] bytes = tokenizer.spelling(id);
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return values;
  }

  static float logprob(float logprob) {
    return Math.max(logprob, IMPOSSIBLE);
  }
}
