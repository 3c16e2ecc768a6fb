package dev.hone.loop;

import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.Snapshot;

/**
 * Which plan the data allows where nobody named one: a pair says the most, a thumb less, and from
 * demonstrations alone nothing is learnt of what is bad.
 *
 * @param judged answers that were found good or bad and are in no pair
 * @param demonstrations that are in no pair
 */
record PlanChoice(Kind pairs, Kind judged, Kind demonstrations) {
  /**
   * Examples of a kind.
   *
   * @param train to train on
   * @param heldOut whether there is one to measure on
   */
  record Kind(int train, boolean heldOut) {
    private boolean isEnough(int least) {
      return train >= least && heldOut;
    }

    private String words(String what, int least) {
      boolean lacksOne = train >= least && !heldOut;
      return "%s%,d %s%s"
          .formatted(lacksOne ? "" : "only ", train, what, lacksOne ? " with none held out" : "");
    }
  }

  static PlanChoice on(Snapshot snapshot) {
    return new PlanChoice(
        new Kind(snapshot.train(), Learns.PAIRS.heldOut(snapshot) > 0),
        new Kind(snapshot.unpaired().train(), Learns.JUDGED.heldOut(snapshot) > 0),
        new Kind(snapshot.demonstrations().train(), Learns.DEMONSTRATIONS.heldOut(snapshot) > 0));
  }

  /** A plan's name and why it is that one. */
  record Chosen(String recipe, String reason) {}

  /**
   * @param least examples to train on
   * @throws RoundException {@code TOO_FEW_PAIRS} if there are too few of everything
   */
  Chosen of(int least) {
    if (pairs.isEnough(least)) {
      return new Chosen("dpo", "there are %,d pairs".formatted(pairs.train()));
    }
    if (judged.isEnough(least)) {
      return new Chosen(
          "kto",
          "there are %,d judged answers and %s"
              .formatted(judged.train(), pairs.words("pairs", least)));
    }
    if (demonstrations.isEnough(least)) {
      return new Chosen(
          "sft",
          "there are %,d demonstrations, %s and %s"
              .formatted(
                  demonstrations.train(),
                  pairs.words("pairs", least),
                  judged.words("judged answers", least)));
    }
    throw new RoundException(
        Reason.TOO_FEW_PAIRS,
        "a round needs %d pairs, judged answers or demonstrations to train on, and one to hold out; there are %s, %s and %s. Vote in the chat, or 'hone import preferences FILE'"
            .formatted(
                least,
                pairs.words("pairs", least),
                judged.words("judged answers", least),
                demonstrations.words("demonstrations", least)));
  }
}
