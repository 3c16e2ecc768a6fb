package dev.hone.api;

import dev.hone.model.Tokenizer;
import java.nio.charset.StandardCharsets;

/** One token by itself. A part of a character reads as U+FFFD; its bytes tell more. */
final class TokenSpelling {
  private TokenSpelling() {}

  static String text(Tokenizer tokenizer, int id) {
    return new String(tokenizer.spelling(id), StandardCharsets.UTF_8);
  }
}
