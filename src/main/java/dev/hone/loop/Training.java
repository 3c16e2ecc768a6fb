package dev.hone.loop;

import dev.hone.alignment.TrainingResult;
import java.util.Map;

/**
 * What {@code training.json} says of a finished training.
 *
 * @param compute number format that it ran in
 * @param pairs that could be trained on, or answers where the method learns from those; a training
 *     that is cut short does not visit all of them
 * @param untrainable number of the snapshot's examples that could not be, by reason
 * @param cut how many prompts and answers were cut to fit; none in a file of an earlier release
 * @param heldOutCut likewise, of the examples that it was measured on in between
 */
record Training(
    String compute,
    int pairs,
    Map<String, Integer> untrainable,
    Map<String, Integer> cut,
    Map<String, Integer> heldOutCut,
    TrainingResult result) {
  Training {
    cut = cut == null ? Map.of() : cut;
    heldOutCut = heldOutCut == null ? Map.of() : heldOutCut;
  }
}
