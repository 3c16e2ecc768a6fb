package dev.hone.chat;

import dev.hone.inference.FinishReason;
import java.util.Optional;

/**
 * How an answer ended.
 *
 * @param turn id under which it was stored, or would have been
 * @param cachedTokens of the prompt, which the engine did not have to compute anew
 * @param completionTokens the end-of-turn token included
 * @param won over whom, where it was chosen among several
 */
public record AnswerEnd(
    String turn,
    String version,
    FinishReason reason,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    Optional<Won> won) {
  /**
   * @param reward for which it was chosen
   * @param othersTokens of the answers that were not, likewise with their ends
   */
  public record Won(double reward, int othersTokens) {}

  /** The same of an answer that was chosen, and is now that turn. */
  public AnswerEnd over(String asTurn, double reward, int othersTokens) {
    return new AnswerEnd(
        asTurn,
        version,
        reason,
        promptTokens,
        cachedTokens,
        completionTokens,
        Optional.of(new Won(reward, othersTokens)));
  }
}
