package dev.hone.loop;

import dev.hone.alignment.Digest;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.ppo.Graders;
import dev.hone.alignment.ppo.PpoSettings;
import dev.hone.alignment.ppo.RewardModelGrader;
import dev.hone.alignment.ppo.TaskGrader;
import dev.hone.alignment.verify.VerifiableTask;
import dev.hone.model.ChatFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a policy is asked and who grades its answers.
 *
 * @param by everything that a grade depends on, besides the answer
 * @param valueStart folder of a reward model over the policy's base, as which values begin
 */
record Grading(Prompts prompts, Graders graders, String by, Optional<Path> valueStart) {
  static Grading of(StageContext context, PpoSettings settings, ChatFormat format)
      throws IOException {
    Map<String, String> set = context.stage().settings();
    int room = settings.training().maxTokens() - settings.rollouts().maxNewTokens();
    String told = set.get(RewardChoice.SETTING);
    return told.equals(Verified.REWARD)
        ? byTasks(
            Verified.tasks(set.get(Verified.SETTING), settings.training().seed()), format, room)
        : byModel(
            RewardChoice.of(context, told),
            Prompts.of(context.job().snapshot(), format, room),
            format);
  }

  private static Grading byTasks(List<VerifiableTask> tasks, ChatFormat format, int room) {
    var asked = new ArrayList<VerifiableTask>();
    for (VerifiableTask task : tasks) {
      if (Prompts.of(List.of(task.prompt()), format, room).leftOut().isEmpty()) {
        asked.add(task);
      }
    }
    var prompts = Prompts.of(tasks.stream().map(VerifiableTask::prompt).toList(), format, room);
    String by = Digest.of(asked.stream().map(VerifiableTask::toString).toList());
    return new Grading(
        prompts, (_, _) -> new TaskGrader(asked, format.tokenizer()), by, Optional.empty());
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
                response ->
                    reader.of(
                        response.prompt(),
                        List.of(new RewardChoice.Said(response.tokens(), response.ended()))));
    return new Grading(
        prompts,
        graders,
        choice.model().manifest().id(),
        choice.ofPolicy() ? Optional.of(model) : Optional.empty());
  }
}
