package dev.hone.evaluation;

import dev.hone.alignment.TurnTokens;
import dev.hone.alignment.UntrainableException;
import dev.hone.alignment.verify.VerifiableTask;
import dev.hone.alignment.verify.VerifiableTasks;
import dev.hone.model.ChatFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tasks that a model can be asked.
 *
 * @param prompts token ids of each, up to where the answer begins
 * @param leftOut how many cannot be asked or checked, by reason
 */
record AskedTasks(List<VerifiableTask> tasks, List<int[]> prompts, Map<String, Integer> leftOut) {
  /**
   * @param most of them, the first ones
   * @param room tokens of a prompt; longer ones are left out
   */
  static AskedTasks of(VerifiableTasks all, ChatFormat format, int most, int room) {
    var distinct = all.once();
    var turns = new TurnTokens(format);
    var tasks = new ArrayList<VerifiableTask>();
    var prompts = new ArrayList<int[]>();
    Map<String, Integer> leftOut = new TreeMap<>(distinct.uncheckable());
    for (VerifiableTask task : distinct.tasks()) {
      if (tasks.size() == most) {
        break;
      }
      try {
        prompts.add(turns.wholePrompt(task.prompt(), room));
        tasks.add(task);
      } catch (UntrainableException e) {
        leftOut.merge(e.reason(), 1, Integer::sum);
      }
    }
    return new AskedTasks(tasks, prompts, leftOut);
  }

  /** Tokens of the longest prompt; 0 where there is none. */
  int longest() {
    return prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
  }
}
