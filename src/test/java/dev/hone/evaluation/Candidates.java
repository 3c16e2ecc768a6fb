package dev.hone.evaluation;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.alignment.AdapterTraining;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingWatch;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.ScalarHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A tiny chat model, preferences that it can learn, and what became of it. */
final class Candidates {
  static final Path BASE = resource("golden/chat");
  static final Path HELD_OUT = BASE.resolve("held-out.jsonl");
  static final int MAX_TOKENS = 384;

  private Candidates() {}

  /**
   * Trains by DPO, one pass over all pairs.
   *
   * @param flipped whether it learns to prefer what people did not
   * @param work an empty folder
   * @return the adapter's folder
   */
  static Path trained(double learningRate, boolean flipped, Path work) {
    var format = ChatFormat.load(BASE);
    var pairs =
        HeldOut.read(BASE.resolve("train.jsonl"), format, MAX_TOKENS, 256).pairs().stream()
            .map(
                pair ->
                    flipped
                        ? TokenPair.of(
                            pair.prompt(),
                            /* chosen= */ pair.rejected(),
                            /* rejected= */ pair.chosen())
                        : pair)
            .toList();
    var settings =
        DpoSettings.of(
            Map.of("learningRate", "" + learningRate, "rank", "8", "alpha", "16", "seed", "5"));
    try (NDManager manager = Torch.manager();
        var training =
            new AdapterTraining<>(
                manager,
                new TrainingPlace(
                    BASE, "tiny", "tiny", Optional.empty(), work, work.resolve("logprobs")),
                pairs,
                new Dpo(settings),
                ComputeType.F32)) {
      training.run(new Unwatched(), CheckpointEvery.NEVER);
    }
    return work.resolve("candidate");
  }

  /**
   * Draws an adapter's weights.
   *
   * @return its folder
   */
  static Path noise(double deviation, long seed, Path folder) {
    var architecture = Architecture.load(BASE);
    var random = new Random(seed);
    try (NDManager manager = Torch.manager()) {
      Files.createDirectories(folder);
      var shape = new LoraShape(8, 16, EnumSet.of(LoraTarget.Q, LoraTarget.V, LoraTarget.O));
      var matrices =
          LoraLayout.of(shape, architecture).stream()
              .map(
                  tensor -> {
                    var values = new float[(int) (tensor.shape()[0] * tensor.shape()[1])];
                    for (int i = 0; i < values.length; i++) {
                      values[i] = (float) random.nextGaussian(0, deviation);
                    }
                    return manager.create(values, new Shape(tensor.shape()));
                  })
              .toList();
      new LoraAdapter(shape, matrices).save(folder, architecture, "chat");
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Draws the weights of a reward model.
   *
   * @return its folder
   */
  static Path reward(double deviation, long seed, Path folder) {
    noise(deviation, seed, folder);
    var architecture = Architecture.load(BASE);
    var random = new Random(seed);
    float[] weight = new float[architecture.hidden()];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextGaussian(0, deviation);
    }
    try (NDManager manager = Torch.manager();
        var head = new ScalarHead(manager.create(weight, new Shape(1, weight.length)))) {
      head.save(folder, architecture);
    }
    return folder;
  }

  private static Path resource(String name) {
    try {
      return Path.of(Candidates.class.getClassLoader().getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Nobody looks on. */
  static class Unwatched implements TrainingWatch, EvaluationWatch {
    @Override
    public void step(StepReport report) {}

    @Override
    public void betweenMicroBatches() {}

    @Override
    public void progress(String phase, int step, int of, double rate, double left) {}

    @Override
    public void betweenParts() {}
  }
}
