package dev.hone.registry;

import java.util.Locale;

/**
 * A version can't be published, activated or served, or a reward model can't be used. The message
 * is for the person who asked.
 */
public class RegistryException extends RuntimeException {
  private final Reason reason;

  /** Why not. */
  public enum Reason {
    /** The version was trained over other weights than those that its base has here. */
    BASE_MISMATCH,
    /** The version comes from a base that is not served. */
    ANOTHER_BASE,
    /** Files are missing, or not those that were published. */
    VERSION_DAMAGED,
    /** The store holds another version under that id. */
    VERSION_EXISTS,
    /** The version can't be written to the store. */
    VERSION_NOT_WRITTEN,
    /** Files of a reward model are missing, or not those that were trained. */
    REWARD_MODEL_DAMAGED,
    /** The reward model can't be written to the store. */
    REWARD_MODEL_NOT_WRITTEN,
    PUBLICATION_RUNNING,
    NOTHING_TO_ROLL_BACK,
    /** Somebody else changed the active version at the same time. */
    ACTIVE_CHANGED;

    /** Stable, for programs. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RegistryException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  RegistryException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** A version was asked for whose base is not the one that is served. */
  public static RegistryException anotherBase(String version, String base) {
    return new RegistryException(
        Reason.ANOTHER_BASE, "%s comes from %s, which is not served.".formatted(version, base));
  }

  public Reason reason() {
    return reason;
  }
}
