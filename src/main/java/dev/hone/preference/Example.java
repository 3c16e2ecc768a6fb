package dev.hone.preference;

/** One thing to learn from, with where it comes from. */
public sealed interface Example {
  Passage prompt();

  Provenance provenance();

  /** The kinds as the API and the database call them. */
  enum Kind {
    PAIRS,
    UNPAIRED,
    DEMONSTRATIONS
  }

  default Kind kind() {
    return switch (this) {
      case Pair _ -> Kind.PAIRS;
      case Unpaired _ -> Kind.UNPAIRED;
      case Demonstration _ -> Kind.DEMONSTRATIONS;
    };
  }

  /** Of two different answers to a prompt, the one that was preferred. */
  record Pair(Passage prompt, Passage chosen, Passage rejected, Provenance provenance)
      implements Example {}

  /**
   * An answer that was judged alone.
   *
   * @param label whether it was found good
   */
  record Unpaired(Passage prompt, Passage completion, boolean label, Provenance provenance)
      implements Example {}

  /** An answer as it should be. */
  record Demonstration(Passage prompt, Passage completion, Provenance provenance)
      implements Example {}
}
