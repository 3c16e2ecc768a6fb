package dev.hone.loop;

import dev.hone.alignment.TrainingResult;
import java.util.Map;

/**
 * What {@code training.json} says of a finished training.
 *
 * @param compute number format that it ran in
 * @param pairs that were trained on
 * @param untrainable number of the snapshot's pairs that could not be, by reason
 */
record Training(
    String compute, int pairs, Map<String, Integer> untrainable, TrainingResult result) {}
