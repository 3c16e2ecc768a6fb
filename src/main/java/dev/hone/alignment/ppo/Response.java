package dev.hone.alignment.ppo;

import dev.hone.alignment.AnswerDraws.Draw;

/**
 * What the policy said to a prompt.
 *
 * @param prompt which of the training's prompts
 * @param tokens at least one, the end of turn among them
 * @param ended whether it ended by itself, and not because its tokens ran out
 * @param logProbs of the tokens, by the sampler, at the temperature of sampling
 */
public record Response(int prompt, int[] tokens, boolean ended, float[] logProbs) {
  /** The answer alone. */
  public Draw draw() {
    return new Draw(tokens, ended);
  }
}
