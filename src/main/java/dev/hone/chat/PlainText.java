package dev.hone.chat;

/** Text that PostgreSQL and the tokenizer can both hold. */
public final class PlainText {
  private static final char REPLACEMENT = '\uFFFD';

  private PlainText() {}

  /** Replaces NUL and halves of surrogate pairs, which are no text, by U+FFFD. */
  public static String storable(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
