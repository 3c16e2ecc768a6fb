package dev.hone.loop;

import dev.hone.alignment.AnswerDraws.Draw;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.ppo.RewardModelGrader;
import dev.hone.alignment.ppo.RewardModelGrader.Read;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.Tokenizer;
import dev.hone.registry.RegistryException;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardModels;
import dev.hone.registry.UnknownModelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The reward model that a stage is told to use.
 *
 * @param ofPolicy whether it is over the policy's base, whose tokens are then its own
 */
record RewardChoice(RewardFolder model, Path base, boolean ofPolicy) {
  static final String SETTING = "reward";

  /** Another model may take more tokens for the same text. */
  private static final int OTHER_TOKENS = 2;

  /** The one that a stage before made. */
  static final String STAGE = "stage";

  /**
   * @param told an id, {@code newest}, or {@link #STAGE}
   * @throws TrainingException {@code no_reward_model} where there is none, or none that is whole
   */
  static RewardChoice of(StageContext context, String told) {
    Job job = context.job();
    String id =
        told.equals(STAGE)
            ? context
                .before()
                .rewardModel()
                .orElseThrow(
                    () -> new TrainingException("no_reward_model", noStage(context.stage())))
            : told;
    try {
      var models = new RewardModels(job.store());
      var model = models.open(id);
      Path base = models.base(model);
      return new RewardChoice(model, base, model.manifest().baseSha256().equals(job.baseSha256()));
    } catch (UnknownModelException | RegistryException e) {
      throw new TrainingException("no_reward_model", SETTING + ": " + e.getMessage());
    }
  }

  /** What to do where a stage waits for the reward model of a stage before, and none makes one. */
  static String noStage(Stage stage) {
    String tasks =
        stage.settings().containsKey(Verified.SETTING)
            ? "; or to %s, for what a program can verify".formatted(Verified.REWARD)
            : "";
    return "no stage before %s makes a reward model; add rm, or set %s to the id of one, or to newest%s"
        .formatted(stage.name(), SETTING, tasks);
  }

  /** Why there will be no reward model where a stage looks for one; it is not an earlier one's. */
  static Optional<String> objection(Outlook outlook) {
    String told = outlook.set(SETTING);
    boolean comes = told.equals(STAGE) || told.equals(RewardModels.NEWEST);
    if (comes && outlook.comes(Makes.REWARD_MODEL)) {
      return Optional.empty();
    }
    try {
      new RewardModels(outlook.store()).open(told);
      return Optional.empty();
    } catch (UnknownModelException | RegistryException e) {
      return Optional.of("%s: %s".formatted(SETTING, e.getMessage()));
    }
  }

  /**
   * The prompts that the reward model can read with an answer behind them.
   *
   * @param maxNewTokens of an answer, in the policy's tokens
   */
  Prompts readable(Prompts prompts, int maxNewTokens) {
    if (ofPolicy) {
      return prompts;
    }
    var own = ChatFormat.load(base);
    int most = Architecture.load(base).maxPositions() - OTHER_TOKENS * maxNewTokens;
    return prompts.thatFit(own, most, "reward-model-cannot-read");
  }

  /** Reads answers of the policy as the reward model does. */
  RewardModelGrader.Asked reader(Prompts prompts, ChatFormat policy) {
    if (ofPolicy) {
      return (prompt, answers) -> Read.asDrawn(prompts.tokens().get(prompt), answers);
    }
    var own = ChatFormat.load(base);
    int window = Architecture.load(base).maxPositions();
    return (prompt, answers) -> {
      int[] asked = own.prompt(prompts.conversations().get(prompt));
      var whole = answers.stream().map(answer -> as(own, answer, policy.tokenizer())).toList();
      int most = window - asked.length;
      return new Read(
          new Branches(
              asked,
              whole.stream()
                  .map(answer -> Arrays.copyOf(answer, Math.min(answer.length, most)))
                  .toArray(int[][]::new)),
          (int) whole.stream().filter(answer -> answer.length > most).count());
    };
  }

  /** In another model's tokens; without the end of a turn that did not end. */
  private static int[] as(ChatFormat other, Draw answer, Tokenizer policy) {
    int[] whole = other.answer(policy.decode(answer.said()));
    return answer.ended() ? whole : Arrays.copyOf(whole, Math.max(1, whole.length - 1));
  }
}
