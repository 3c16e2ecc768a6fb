package dev.hone.registry;

/** A model was asked for that this instance does not have. */
public final class UnknownModelException extends RuntimeException {
  private final String requested;

  public UnknownModelException(String requested) {
    this(requested, "The model '%s' does not exist.".formatted(requested));
  }

  private UnknownModelException(String requested, String message) {
    super(message);
    this.requested = requested;
  }

  /** A reward model was asked for, by its id or as the newest. */
  static UnknownModelException rewardModel(String requested) {
    return new UnknownModelException(
        requested, "There is no reward model '%s'.".formatted(requested));
  }

  /** The newest reward model was asked for where there is none. */
  static UnknownModelException noRewardModel() {
    return new UnknownModelException(
        RewardModels.NEWEST, "There is no reward model yet; a round whose plan has rm makes one.");
  }

  public String requested() {
    return requested;
  }
}
