package dev.hone.loop;

import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.Snapshot;

/**
 * Which plan the data allows where nobody named one: a pair says the most, a thumb less, and from
 * demonstrations alone nothing is learnt of what is bad.
 *
 * @param pairs to train on
 * @param judged answers that were found good or bad and are in no pair
 * @param demonstrations that are in no pair
 */
record PlanChoice(int pairs, int judged, int demonstrations) {
  static PlanChoice on(Snapshot snapshot) {
    return new PlanChoice(
        snapshot.train(), snapshot.unpaired().train(), snapshot.demonstrations().train());
  }

  /** A plan's name and why it is that one. */
  record Chosen(String recipe, String reason) {}

  /**
   * @param least examples to train on
   * @throws RoundException {@code TOO_FEW_PAIRS} if there are too few of everything
   */
  Chosen of(int least) {
    if (pairs >= least) {
      return new Chosen("dpo", "there are %,d pairs".formatted(pairs));
    }
    if (judged >= least) {
      return new Chosen(
          "kto", "there are %,d judged answers and only %,d pairs".formatted(judged, pairs));
    }
    if (demonstrations >= least) {
      return new Chosen(
          "sft",
          "there are %,d demonstrations, only %,d pairs and %,d judged answers"
              .formatted(demonstrations, pairs, judged));
    }
    throw new RoundException(
        Reason.TOO_FEW_PAIRS,
        "a round needs %d pairs, judged answers or demonstrations to train on; there are %d, %d and %d"
            .formatted(least, pairs, judged, demonstrations));
  }
}
