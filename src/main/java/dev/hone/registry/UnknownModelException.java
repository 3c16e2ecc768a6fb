package dev.hone.registry;

/** A model was asked for that this instance does not have. */
public final class UnknownModelException extends RuntimeException {
  private final String requested;

  public UnknownModelException(String requested) {
    super("The model '%s' does not exist.".formatted(requested));
    this.requested = requested;
  }

  public String requested() {
    return requested;
  }
}
