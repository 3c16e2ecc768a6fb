package dev.hone.loop;

import dev.hone.alignment.Digest;
import dev.hone.alignment.Resources;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.ppo.Graders;
import dev.hone.alignment.ppo.PpoSettings;
import dev.hone.alignment.ppo.RewardModelGrader;
import dev.hone.alignment.ppo.TaskGrader;
import dev.hone.alignment.verify.VerifiableTask;
import dev.hone.alignment.verify.VerifiableTasks;
import dev.hone.model.ChatFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;

/**
 * What a policy is asked and who grades its answers.
 *
 * @param grader what it takes
 * @param by everything that a grade depends on, besides the answer
 * @param preferences whether what people prefer is what is learnt
 * @param valueStart folder of a reward model over the policy's base, as which values begin
 */
record Grading(
    Prompts prompts,
    Graders graders,
    Resources grader,
    String by,
    boolean preferences,
    Optional<Path> valueStart) {
  /** Prompts that the policy is measured on and does not learn from: at most one in eight. */
  private static final int MOST_HELD_OUT = 64;

  private static final int SHARE = 8;

  /** How many of the last prompts; none where nothing is measured. */
  int heldOutPrompts(PpoSettings settings) {
    return heldOut(settings, prompts);
  }

  private static int heldOut(PpoSettings settings, Prompts prompts) {
    int most = settings.training().isMeasured() ? MOST_HELD_OUT : 0;
    return Math.min(most, prompts.tokens().size() / SHARE);
  }

  static Grading of(StageContext context, PpoSettings settings, ChatFormat format)
      throws IOException {
    Map<String, String> set = context.stage().settings();
    int most = settings.rollouts().maxNewTokens();
    int room = settings.training().maxTokens() - most;
    String told = set.get(RewardChoice.SETTING);
    if (told.equals(Verified.REWARD)) {
      return byTasks(Verified.kept(set, context.folder().path()), format, room);
    }
    var choice = RewardChoice.of(context, told);
    var prompts = choice.readable(Prompts.of(context.job().snapshot(), format, room), most);
    return byModel(choice, prompts.withLast(heldOut(settings, prompts)), format);
  }

  private static Grading byTasks(VerifiableTasks all, ChatFormat format, int room) {
    var prompts =
        Prompts.of(all.tasks().stream().map(VerifiableTask::prompt).toList(), format, room)
            .without(all.uncheckable());
    var asked = new HashSet<>(prompts.conversations());
    var tasks = all.tasks().stream().filter(task -> asked.contains(task.prompt())).toList();
    String by = Digest.of(tasks.stream().map(VerifiableTask::toString).toList());
    return new Grading(
        prompts,
        (_, _) -> new TaskGrader(tasks, format.tokenizer()),
        Resources.NONE,
        by,
        /* preferences= */ false,
        Optional.empty());
  }

  private static Grading byModel(RewardChoice choice, Prompts prompts, ChatFormat format) {
    Path model = choice.model().path();
    var reader = choice.reader(prompts, format);
    Graders graders =
        (manager, base) ->
            new RewardModelGrader(
                choice.ofPolicy()
                    ? RewardScorer.over(manager, base, model)
                    : new RewardScorer(manager, choice.base(), model),
                reader::of);
    return new Grading(
        prompts,
        graders,
        RewardScorer.resources(choice.base(), model, !choice.ofPolicy()),
        choice.model().manifest().id(),
        /* preferences= */ true,
        choice.ofPolicy() ? Optional.of(model) : Optional.empty());
  }
}
