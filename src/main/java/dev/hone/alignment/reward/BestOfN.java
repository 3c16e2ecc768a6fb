package dev.hone.alignment.reward;

import dev.hone.alignment.TokenAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The best of several answers to a prompt, by their rewards: to be given (Stiennon et al. 2020), or
 * to be learnt as if somebody had shown it (rejection sampling, Touvron et al. 2023).
 */
public final class BestOfN {
  private BestOfN() {}

  /**
   * An answer that was drawn.
   *
   * @param ended whether it ends with its end of turn; otherwise it was cut
   */
  public record Scored(int[] answer, boolean ended, double reward) {}

  /** A prompt's answers. */
  public record Drawn(int[] prompt, List<Scored> answers) {
    public Drawn {
      answers = List.copyOf(answers);
    }
  }

  /**
   * Which answer is the best: of equal ones the first.
   *
   * @param rewards at least one
   */
  public static int best(double[] rewards) {
    int best = 0;
    for (int i = 1; i < rewards.length; i++) {
      if (rewards[i] > rewards[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * The best answer to each prompt. A cut answer would teach not to end, so those that ended alone
   * compete. A prompt whose best is no better than its worst teaches nothing, and is left out.
   */
  public static List<TokenAnswer> demonstrations(List<Drawn> prompts) {
    return prompts.stream().map(BestOfN::demonstration).flatMap(Optional::stream).toList();
  }

  private static Optional<TokenAnswer> demonstration(Drawn drawn) {
    var ended = drawn.answers().stream().filter(Scored::ended).toList();
    double[] rewards = ended.stream().mapToDouble(Scored::reward).toArray();
    if (Arrays.stream(rewards).distinct().count() < 2) {
      return Optional.empty();
    }
    int[] best = ended.get(best(rewards)).answer();
    return Optional.of(TokenAnswer.of(drawn.prompt(), best, true));
  }
}
