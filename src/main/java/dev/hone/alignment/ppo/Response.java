package dev.hone.alignment.ppo;

import java.util.Arrays;

/**
 * What the policy said to a prompt.
 *
 * @param prompt which of the training's prompts
 * @param tokens at least one, the end of turn among them
 * @param ended whether it ended by itself, and not because its tokens ran out
 * @param logProbs of the tokens, by the sampler, at the temperature of sampling
 */
public record Response(int prompt, int[] tokens, boolean ended, float[] logProbs) {
  /** The tokens without the end of turn. */
  public int[] said() {
    return Arrays.copyOf(tokens, ended ? tokens.length - 1 : tokens.length);
  }
}
