package dev.hone.alignment.ppo;

import dev.hone.alignment.AnswerDraws.Draw;
import dev.hone.alignment.Figures;
import dev.hone.alignment.RewardScorer;
import dev.hone.model.AnswerBatch.Branches;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Grades by a reward model, through which a prompt goes once with all the responses to it that fit.
 *
 * @param scorer closed with this
 * @param asked responses with their prompt, in the reward model's own tokens
 */
public record RewardModelGrader(RewardScorer scorer, Asked asked) implements Grader {
  /** Share of the responses that it could not read to their end. */
  private static final String CUT = "completions/cut_for_reward";

  /** How the reward model reads responses to a prompt. */
  @FunctionalInterface
  public interface Asked {
    Read of(int prompt, List<Draw> responses);
  }

  /**
   * Responses in the reward model's tokens.
   *
   * @param cut how many of them lost their end, as its window has less room for them
   */
  public record Read(Branches branches, int cut) {
    /** By a reward model over the policy's base, whose tokens are its own. */
    public static Read asDrawn(int[] prompt, List<Draw> responses) {
      return new Read(
          new Branches(prompt, responses.stream().map(Draw::tokens).toArray(int[][]::new)), 0);
    }
  }

  @Override
  public double[] grade(List<Response> responses, Figures figures) {
    Map<Integer, List<Integer>> byPrompt = new LinkedHashMap<>();
    for (int i = 0; i < responses.size(); i++) {
      byPrompt.computeIfAbsent(responses.get(i).prompt(), _ -> new ArrayList<>()).add(i);
    }
    var together = new ArrayList<Branches>();
    byPrompt.forEach(
        (prompt, places) -> {
          var draws = places.stream().map(place -> responses.get(place).draw()).toList();
          var read = asked.of(prompt, draws);
          figures.add(CUT, (double) read.cut() / draws.size(), draws.size());
          var all = read.branches();
          together.addAll(RewardScorer.fitting(all.prompt(), List.of(all.answers())));
        });
    double[] byPlace = new double[responses.size()];
    double[] scores = scorer.score(together);
    int next = 0;
    for (var places : byPrompt.values()) {
      for (int place : places) {
        byPlace[place] = scores[next++];
      }
    }
    return byPlace;
  }

  @Override
  public void close() {
    scorer.close();
  }
}
