package dev.hone.alignment.ppo;

import dev.hone.alignment.Figures;
import dev.hone.alignment.Randomness;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a policy on what it does not learn from: answers to prompts that are kept back, drawn
 * each time by the same seeds, and preferences.
 */
record HeldOutReading(Assignment assignment, Grader grader, Roles roles, PpoSettings settings) {
  /**
   * @param figures get {@code eval/score}, {@code eval/solved}, {@code eval/mean_length} and what
   *     {@link dev.hone.alignment.PreferenceReading} says, what there is something for
   */
  void take(Figures figures, Runnable between) {
    if (assignment.heldOutPrompts() > 0) {
      var responses = assignment.rollouts().draw(roles.policy().adapter(), requests(), between);
      double[] scores = grader.grade(responses, new Figures());
      for (int i = 0; i < scores.length; i++) {
        figures.add("eval/score", scores[i]);
        figures.add("eval/mean_length", responses.get(i).tokens().length);
        if (grader.verifies()) {
          figures.add("eval/solved", scores[i] == 1 ? 1 : 0);
        }
      }
    }
    var training = settings.training();
    roles
        .reading(assignment.heldOut(), training.microBatch(), training.mostRows())
        .take(figures, between);
  }

  private List<Rollouts.Request> requests() {
    var random = Randomness.of(settings.training().seed(), "held-out", 0);
    var requests = new ArrayList<Rollouts.Request>();
    for (int prompt = assignment.learnt(); prompt < assignment.prompts().size(); prompt++) {
      requests.add(
          new Rollouts.Request(prompt, assignment.prompts().get(prompt), random.nextLong()));
    }
    return requests;
  }
}
