package dev.hone.api;

/** Someone tried to sign in with what is not the key. */
final class WrongKeyException extends RuntimeException {
  WrongKeyException() {
    super("This is not the key.");
  }
}
