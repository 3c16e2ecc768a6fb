package dev.hone.loop;

import dev.hone.alignment.TrainingResult;
import java.util.Map;

/**
 * What {@code training.json} says of a finished training.
 *
 * @param compute number format that it ran in
 * @param pairs that could be trained on, or whatever else the method learns from; a training that is
 *     cut short does not visit all of them
 * @param untrainable number of the snapshot's that could not be, by reason
 */
record Training(
    String compute, int pairs, Map<String, Integer> untrainable, TrainingResult result) {}
