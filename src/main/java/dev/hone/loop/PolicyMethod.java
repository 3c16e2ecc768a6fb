package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AdapterTraining;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingResult;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Trains the policy on examples that are there before it begins.
 *
 * @param algorithm with settings that are not at their defaults
 */
record PolicyMethod<E extends TokenExample>(
    String name,
    String words,
    Learns learnsFrom,
    Function<Map<String, String>, Algorithm<E>> algorithm,
    Function<TrainingData, List<E>> examples)
    implements Method {
  @Override
  public Map<String, String> settings(Map<String, String> set) {
    return algorithm.apply(set).options().toMap();
  }

  @Override
  public Made run(StageContext context) throws IOException {
    Architecture.load(context.job().base()).layout().requireAdaptable();
    Algorithm<E> learning = algorithm.apply(context.stage().settings());
    var settings = learning.options().training();
    TrainingData data = context.data(settings.maxTokens());
    List<E> learnt = examples.apply(data);
    if (learnt.isEmpty()) {
      throw new TrainingException(
          "too_few_pairs",
          "none of the %s can be trained on: %s".formatted(learnsFrom.words(), data.untrainable()));
    }
    try (NDManager manager = Torch.manager()) {
      ComputeType compute = context.compute().of(manager, settings.compute());
      try (var training =
          new AdapterTraining<>(manager, context.place(), learnt, learning, compute)) {
        TrainingResult result =
            training.run(context.watch(), context.job().secondsBetweenCheckpoints());
        RoundFolder.write(
            context.folder().trained(),
            new Training(compute.label(), learnt.size(), data.untrainable(), result));
      }
    }
    return context.before().with(context.trained());
  }
}
