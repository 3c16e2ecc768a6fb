package dev.hone.loop;

import java.util.Map;

/**
 * What {@code choosing.json} says of a stage that chose the best of several answers.
 *
 * @param asked prompts that were asked
 * @param chosen of these, those whose best answer is a demonstration now
 * @param leftOut number of the others by reason ({@link dev.hone.alignment.reward.BestOfN.Chosen})
 * @param cut how many of the answers the reward model could not read to their end; none in a file
 *     of an earlier release
 * @param unasked number of the snapshot's prompts that could not be asked, by reason
 */
record Choosing(
    int asked, int chosen, int cut, Map<String, Integer> leftOut, Map<String, Integer> unasked) {}
