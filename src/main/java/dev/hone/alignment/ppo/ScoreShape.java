package dev.hone.alignment.ppo;

/**
 * What becomes of a reward model's score before it is a reward.
 *
 * @param normalise to the mean and deviation of the scores so far; a reward model's scale means
 *     nothing
 * @param clip bound of the score either way after that; 0 for none
 * @param missingEosPenalty taken off last, so that it costs the same on any scale: for a response
 *     that did not end before its tokens ran out
 */
public record ScoreShape(boolean normalise, double clip, double missingEosPenalty) {
  /**
   * @param seen scores so far, this one among them
   */
  double of(double score, boolean ended, RunningMoments seen) {
    double normal = normalise ? seen.standardised(score) : score;
    double bounded = clip > 0 ? Math.clamp(normal, -clip, clip) : normal;
    return ended ? bounded : bounded - missingEosPenalty;
  }
}
