package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Learning;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;

/**
 * Trains the policy on examples that are there before it begins.
 *
 * @param options of settings that are not at their defaults
 * @param lesson of all settings; what they leave to the data is settled there
 */
record PolicyMethod(
    String name,
    String words,
    Learns learns,
    Function<Map<String, String>, Algorithm.Options> options,
    Maker lesson)
    implements Method {
  /**
   * @param from whose examples they are
   * @param heldOutCut what was cut of those that the training is measured on
   */
  record Lesson(Learning<?> learning, Tokenised<?> from, Map<String, Integer> heldOutCut) {}

  /** Makes a training of all settings, of what there is to learn and of what is kept from it. */
  @FunctionalInterface
  interface Maker {
    Lesson of(Map<String, String> set, TrainingData data, TrainingData heldOut) throws IOException;
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
    Map<String, String> set = DpoSettings.withoutIdle(context.stage().settings());
    var settings = options.apply(set).training();
    var taught = lesson.of(set, context.data(settings.maxTokens()), context.heldOut(settings));
    Learning<?> learnt = taught.learning();
    var from = taught.from();
    int examples = learnt.examples().size();
    if (examples == 0) {
      throw TrainingException.noExamples(name, from.untrainable());
    }
    context.settled().accept(learnt.algorithm().options().toMap());
    try (NDManager manager = Torch.manager()) {
      ComputeType compute = context.compute().of(manager, settings.compute());
      try (var training = learnt.on(manager, context.place(), compute)) {
        TrainingResult result = training.run(context.watch(), job.checkpoints());
        RoundFolder.write(
            context.folder().trained(),
            new Training(
                compute.label(),
                examples,
                from.untrainable(),
                from.cut(),
                taught.heldOutCut(),
                result));
      }
    }
    return context.before().with(context.trained());
  }
}
