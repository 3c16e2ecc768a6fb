package dev.hone.alignment.reward;

import dev.hone.alignment.TokenAnswer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
   * What the best answers to prompts are, and why there is none of the others.
   *
   * @param leftOut number of prompts by reason: {@code too-few-ended} where fewer than two answers
   *     ended by themselves, {@code all-equal} where those that did have the same reward
   */
  public record Chosen(List<TokenAnswer> demonstrations, Map<String, Integer> leftOut) {}

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
  public static Chosen choose(List<Drawn> prompts) {
    var demonstrations = new ArrayList<TokenAnswer>();
    Map<String, Integer> leftOut = new TreeMap<>();
    for (Drawn drawn : prompts) {
      var ended = drawn.answers().stream().filter(Scored::ended).toList();
      double[] rewards = ended.stream().mapToDouble(Scored::reward).toArray();
      if (rewards.length < 2) {
        leftOut.merge("too-few-ended", 1, Integer::sum);
      } else if (Arrays.stream(rewards).distinct().count() < 2) {
        leftOut.merge("all-equal", 1, Integer::sum);
      } else {
        int[] best = ended.get(best(rewards)).answer();
        demonstrations.add(TokenAnswer.of(drawn.prompt(), best, /* good= */ true));
      }
    }
    return new Chosen(List.copyOf(demonstrations), leftOut);
  }
}
