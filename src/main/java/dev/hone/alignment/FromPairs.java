package dev.hone.alignment;

/** Whether what is learnt from single answers takes the answers of pairs too. */
public enum FromPairs {
  /** Where there are no others. */
  AUTO,
  ALWAYS,
  NEVER;

  /** What it is called among a recipe's settings. */
  public static final String SETTING = "fromPairs";

  /** The same with nothing left to whether there are others. */
  public FromPairs settled(boolean thereAreOthers) {
    return takes(thereAreOthers) ? ALWAYS : NEVER;
  }

  public boolean takes(boolean thereAreOthers) {
    return switch (this) {
      case AUTO -> !thereAreOthers;
      case ALWAYS -> true;
      case NEVER -> false;
    };
  }
}
