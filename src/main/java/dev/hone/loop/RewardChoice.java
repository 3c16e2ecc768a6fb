package dev.hone.loop;

import dev.hone.alignment.TrainingException;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.ChatFormat;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The reward model that a stage is told to use.
 *
 * @param ofPolicy whether it is over the policy's base, whose tokens are then its own
 */
record RewardChoice(RewardFolder model, Path base, boolean ofPolicy) {
  static final String SETTING = "reward";

  /** The one that a stage before made. */
  static final String STAGE = "stage";

  /**
   * @param told an id, {@code newest}, or {@link #STAGE}
   * @throws TrainingException {@code no_reward_model}
   * @throws dev.hone.registry.UnknownModelException when there is no such reward model
   */
  static RewardChoice of(StageContext context, String told) {
    Job job = context.job();
    String id =
        told.equals(STAGE)
            ? context
                .before()
                .rewardModel()
                .orElseThrow(
                    () ->
                        new TrainingException(
                            "no_reward_model",
                            "no stage before %s makes a reward model; add rm, or set %s to the id of one, or to newest"
                                .formatted(context.stage().name(), SETTING)))
            : told;
    var models = new RewardModels(job.store());
    var model = models.open(id);
    Path base = models.base(model);
    return new RewardChoice(model, base, model.manifest().baseSha256().equals(job.baseSha256()));
  }

  /** Reads answers of the policy as the reward model does. */
  Reader reader(Prompts prompts, ChatFormat policy) {
    if (ofPolicy) {
      return (prompt, answers) ->
          new Branches(
              prompts.tokens().get(prompt),
              answers.stream().map(Said::tokens).toArray(int[][]::new));
    }
    var own = ChatFormat.load(base);
    return (prompt, answers) ->
        new Branches(
            own.prompt(prompts.conversations().get(prompt)),
            answers.stream()
                .map(answer -> own.answer(policy.tokenizer().decode(answer.words())))
                .toArray(int[][]::new));
  }

  /** What the policy said, in its own tokens. */
  record Said(int[] tokens, boolean ended) {
    int[] words() {
      return Arrays.copyOf(tokens, ended ? tokens.length - 1 : tokens.length);
    }
  }

  /** Puts answers behind their prompt, in the reward model's tokens. */
  @FunctionalInterface
  interface Reader {
    Branches of(int prompt, List<Said> answers);
  }
}
