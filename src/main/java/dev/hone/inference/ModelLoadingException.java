package dev.hone.inference;

/** The model is not ready yet; asking again later will do. */
public final class ModelLoadingException extends RuntimeException {
  ModelLoadingException() {
    super("the model is still loading");
  }
}
