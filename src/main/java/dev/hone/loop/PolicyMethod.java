package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Learning;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingResult;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;

/**
 * Trains the policy on examples that are there before it begins.
 *
 * @param options of settings that are not at their defaults
 * @param learning of all settings; what they leave to the data is settled there
 */
record PolicyMethod(
    String name,
    String words,
    Learns learns,
    Function<Map<String, String>, Algorithm.Options> options,
    Maker learning)
    implements Method {
  /** Makes a training of all settings, of what there is to learn and of what is kept from it. */
  @FunctionalInterface
  interface Maker {
    Learning<?> of(Map<String, String> set, TrainingData data, TrainingData heldOut);
  }

  @Override
  public Map<String, String> settings(Map<String, String> set) {
    return options.apply(set).toMap();
  }

  @Override
  public Learns learnsFrom(Map<String, String> set) {
    return learns;
  }

  @Override
  public Makes makes() {
    return Makes.POLICY;
  }

  @Override
  public Made run(StageContext context) throws IOException {
    Job job = context.job();
    Architecture.load(job.base()).layout().requireAdaptable();
    Map<String, String> set = context.stage().settings();
    var settings = options.apply(set).training();
    TrainingData data = context.data(settings.maxTokens());
    Learning<?> learnt = learning.of(set, data, context.heldOut(settings));
    int examples = learnt.examples().size();
    if (examples == 0) {
      throw new TrainingException(
          "no_examples",
          "the snapshot has nothing that %s can learn from: %s"
              .formatted(name, data.untrainable()));
    }
    context.settled().accept(learnt.algorithm().options().toMap());
    try (NDManager manager = Torch.manager()) {
      ComputeType compute = context.compute().of(manager, settings.compute());
      try (var training = learnt.on(manager, context.place(), compute)) {
        TrainingResult result = training.run(context.watch(), job.checkpoints());
        RoundFolder.write(
            context.folder().trained(),
            new Training(compute.label(), examples, data.untrainable(), data.cut(), result));
      }
    }
    return context.before().with(context.trained());
  }
}
