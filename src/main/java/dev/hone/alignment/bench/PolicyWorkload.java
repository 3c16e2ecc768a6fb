package dev.hone.alignment.bench;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.BatchPlan;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingRun;
import dev.hone.alignment.WarmStart;
import dev.hone.alignment.ppo.Assignment;
import dev.hone.alignment.ppo.EngineRollouts;
import dev.hone.alignment.ppo.PolicyTraining;
import dev.hone.alignment.ppo.PpoSettings;
import dev.hone.alignment.ppo.RewardModelGrader;
import dev.hone.inference.PolicySampler;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.Precision;
import dev.hone.model.ScalarHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * PPO from rollout to update, with four roles: policy, reference, value network and a reward model
 * that has learnt nothing, which takes as long as any.
 *
 * @param prompts of all steps, in the order in which they are asked
 */
record PolicyWorkload(List<int[]> prompts, PpoSettings settings) {
  private static final int NEW_TOKENS = 64;

  static PolicyWorkload of(CaseSettings settings, List<TokenPair> pairs) {
    int room = settings.maxTokens() - NEW_TOKENS;
    int count = settings.allSteps() * settings.what().batch();
    var prompts =
        pairs.stream()
            .map(TokenPair::prompt)
            .filter(prompt -> prompt.length <= room)
            .limit(count)
            .toList();
    if (prompts.size() < count) {
      throw new TrainingException(
          "too_few_examples",
          "%d steps of ppo need %d prompts of up to %d tokens, there are %d; --steps takes fewer"
              .formatted(settings.allSteps(), count, room, prompts.size()));
    }
    Map<String, String> set = new HashMap<>();
    set.put("maxSteps", "" + settings.allSteps());
    set.put("maxTokens", "" + settings.maxTokens());
    set.put("maxNewTokens", "" + NEW_TOKENS);
    set.put("rolloutsPerStep", "" + settings.what().batch());
    set.put("batchResponses", "" + settings.what().batch());
    set.put("microBatchResponses", "" + settings.microBatch());
    set.put("earlyStopKl", "0");
    set.put("heldOutEvery", "0");
    return new PolicyWorkload(prompts, PpoSettings.of(set));
  }

  CaseReport run(
      NDManager manager, TrainingPlace place, CaseSettings load, Consumer<StepReport> progress) {
    Path model = place.work().resolve("reward-model");
    writeRewardModel(manager, place, model);
    var reports = new ArrayList<StepReport>();
    var clock = new StepClock(System::nanoTime, progress.andThen(reports::add));
    try (var rollouts = rollouts(manager, place, load.compute());
        var training =
            new PolicyTraining(
                manager,
                place,
                new Assignment(
                    prompts,
                    0,
                    List.of(),
                    List.of(),
                    rollouts,
                    (own, base) ->
                        new RewardModelGrader(
                            RewardScorer.over(own, base, model),
                            (prompt, responses) ->
                                RewardModelGrader.Read.asDrawn(prompts.get(prompt), responses)),
                    "a bench",
                    Optional.of(model)),
                settings,
                load.compute())) {
      new TrainingRun(training, place.work()).toTheEnd(clock, CheckpointEvery.NEVER);
    }
    return report(manager, load, clock, reports);
  }

  /** One that says 0 of everything. */
  private static void writeRewardModel(NDManager manager, TrainingPlace place, Path folder) {
    Architecture net = Architecture.load(place.base());
    var shape = PpoSettings.of(Map.of()).training().shape();
    try (NDManager passing = manager.newSubManager();
        var adapter = WarmStart.adapter(passing, net, shape, Optional.empty(), 1);
        var head = ScalarHead.zero(passing, net)) {
      Files.createDirectories(folder);
      adapter.save(folder, net, "bench");
      head.save(folder, net);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the trainer's number format, packed. */
  private EngineRollouts rollouts(NDManager manager, TrainingPlace place, ComputeType compute) {
    var precision =
        switch (compute) {
          case F32 -> Precision.F32_PREPACKED;
          case BF16 -> Precision.BF16_PREPACKED;
        };
    int batch = settings.rollouts().rolloutsPerStep();
    var bounds =
        PolicySampler.Bounds.ample(
            batch, settings.training().maxTokens(), Architecture.load(place.base()));
    return new EngineRollouts(
        new PolicySampler(manager, place.base(), precision, bounds),
        new PolicySampler.Drawing(
            settings.rollouts().temperature(),
            NEW_TOKENS,
            ChatFormat.load(place.base()).endOfTurn()));
  }

  private CaseReport report(
      NDManager manager, CaseSettings load, StepClock clock, List<StepReport> reports) {
    int batch = settings.rollouts().rolloutsPerStep();
    var plan = new BatchPlan(prompts.size(), batch, 1, load.allSteps(), settings.training().seed());
    double counted = 0;
    for (int step = load.warmup(); step < load.allSteps(); step++) {
      counted += batch * reports.get(step).metrics().get("completions/mean_length");
      for (int prompt : plan.batch(step)) {
        counted += prompts.get(prompt).length;
      }
    }
    return CaseReport.of(manager, load, clock, load.steps() * batch, Math.round(counted));
  }
}
