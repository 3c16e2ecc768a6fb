package dev.hone.loop;

import java.util.Map;

/**
 * What {@code choosing.json} says of a stage that chose the best of several answers.
 *
 * @param asked prompts that were asked
 * @param chosen of these, those whose best answer is a demonstration now
 * @param leftOut number of the others by reason ({@link dev.hone.alignment.reward.BestOfN.Chosen})
 * @param unasked number of the snapshot's prompts that could not be asked, by reason
 */
record Choosing(
    int asked, int chosen, Map<String, Integer> leftOut, Map<String, Integer> unasked) {}
