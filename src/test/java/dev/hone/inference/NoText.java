package dev.hone.inference;

/** For tests that look at token ids only. */
final class NoText implements TokenText {
  @Override
  public String push(int token) {
    return "";
  }

  @Override
  public String flush() {
    return "";
  }
}
