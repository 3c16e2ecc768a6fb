package dev.hone.loop;

import dev.hone.alignment.TrainingResult;
import java.util.Map;

/**
 * What {@code training.json} says of a finished training.
 *
 * @param compute number format that it ran in
 * @param pairs that could be trained on; a plan that is cut short does not visit all of them
 * @param untrainable number of the snapshot's pairs that could not be, by reason
 */
record Training(
    String compute, int pairs, Map<String, Integer> untrainable, TrainingResult result) {}
