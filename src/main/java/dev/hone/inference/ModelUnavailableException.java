package dev.hone.inference;

/** The model could not be loaded; the server stays up to say so. */
public final class ModelUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ModelUnavailableException(RuntimeException cause) {
    super("the model could not be loaded: " + cause.getMessage(), cause);
  }
}
