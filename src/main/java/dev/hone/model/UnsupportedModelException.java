package dev.hone.model;

/** The model is sound but of a kind that Hone cannot run; the message names what it is. */
public final class UnsupportedModelException extends RuntimeException {
  public UnsupportedModelException(String message) {
    super(message);
  }
}
