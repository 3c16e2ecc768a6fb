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
 * @param heldOut how many of the last prompts the policy is measured on and does not learn from
 * @param grader what it takes
 * @param by everything that a grade depends on, besides the answer
 * @param preferences whether what people prefer is what is learnt
 * @param valueStart folder of a reward model over the policy's base, as which values begin
 */
record Grading(
    Prompts prompts,
    int heldOut,
    Graders graders,
    Resources grader,
    String by,
    boolean preferences,
    Optional<Path> valueStart) {
  private static final int MOST_HELD_OUT = 64;

  /** Of tasks, of which none is held out beforehand: at most one in so many. */
  private static final int SHARE = 8;

  /**
   * How many of the tasks a policy is measured on and does not learn from.
   *
   * @param measured whether it is measured at all
   */
  static int heldOut(int tasks, boolean measured) {
    return measured ? Math.min(MOST_HELD_OUT, tasks / SHARE) : 0;
  }

  static Grading of(StageContext context, PpoSettings settings, ChatFormat format)
      throws IOException {
    Map<String, String> set = context.stage().settings();
    boolean measured = settings.training().isMeasured();
    int most = settings.rollouts().maxNewTokens();
    int room = settings.training().maxTokens() - most;
    String told = set.get(RewardChoice.SETTING);
    if (told.equals(Verified.REWARD)) {
      return byTasks(Verified.kept(set, context.folder().path()), format, room, measured);
    }
    var choice = RewardChoice.of(context, told);
    Path snapshot = context.job().snapshot();
    var learnt = choice.readable(Prompts.of(snapshot, format, room), most);
    // A reward model has learnt from the pairs of those: only of others is its score held out.
    var others =
        choice
            .readable(Prompts.heldOut(snapshot, format, room), most)
            .except(learnt)
            .sample(measured ? MOST_HELD_OUT : 0);
    return byModel(choice, learnt.followedBy(others), others.tokens().size(), format);
  }

  private static Grading byTasks(
      VerifiableTasks all, ChatFormat format, int room, boolean measured) {
    var prompts =
        Prompts.of(all.tasks().stream().map(VerifiableTask::prompt).toList(), format, room)
            .without(all.uncheckable());
    var asked = new HashSet<>(prompts.conversations());
    var tasks = all.tasks().stream().filter(task -> asked.contains(task.prompt())).toList();
    String by = Digest.of(tasks.stream().map(VerifiableTask::toString).toList());
    return new Grading(
        prompts,
        heldOut(prompts.tokens().size(), measured),
        (_, _) -> new TaskGrader(tasks, format.tokenizer()),
        Resources.NONE,
        by,
        /* preferences= */ false,
        Optional.empty());
  }

  private static Grading byModel(
      RewardChoice choice, Prompts prompts, int heldOut, ChatFormat format) {
    Path model = choice.model().path();
    var reader = choice.reader(prompts, format);
    Graders graders =
        (manager, base) ->
            new RewardModelGrader(
                choice.ofPolicy()
                    ? RewardScorer.over(manager, base, model)
                    : new RewardScorer(manager, choice.base(), model),
                reader);
    return new Grading(
        prompts,
        heldOut,
        graders,
        RewardScorer.resources(choice.base(), model, !choice.ofPolicy()),
        choice.model().manifest().id(),
        /* preferences= */ true,
        choice.ofPolicy() ? Optional.of(model) : Optional.empty());
  }
}
