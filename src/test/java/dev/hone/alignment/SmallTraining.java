package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trainings of the small model.
 *
 * @param folder of their files
 */
record SmallTraining(NDManager manager, Path folder, ComputeType compute) {
  static final int BATCH = 16;

  private static final CheckpointEvery MINUTE = new CheckpointEvery(60, 0);

  private static final TrainingWatch UNWATCHED =
      new TrainingWatch() {
        @Override
        public void step(StepReport report) {}

        @Override
        public void betweenMicroBatches() {}
      };

  SmallTraining(NDManager manager, Path folder) {
    this(manager, folder, ComputeType.F32);
  }

  /** Of a quick training, to be changed. */
  static Map<String, String> settings(String unit) {
    return new HashMap<>(
        Map.of(
            "rank",
            "4",
            "alpha",
            "8",
            "targets",
            "q,k,v,o,gate,up,down",
            "learningRate",
            "0.03",
            "batch" + unit,
            "" + BATCH,
            "microBatch" + unit,
            "" + BATCH));
  }

  /**
   * Trains over the base.
   *
   * @return the candidate
   */
  <E extends TokenExample> Path train(Algorithm<E> algorithm, List<E> examples) {
    train(algorithm, examples, UNWATCHED, MINUTE);
    return folder.resolve("candidate");
  }

  /** Trains over the base, watched. */
  <E extends TokenExample> void train(
      Algorithm<E> algorithm, List<E> examples, TrainingWatch watch, CheckpointEvery every) {
    var place =
        new TrainingPlace(
            SmallModel.PLAIN.folder(),
            "hash",
            "base",
            Optional.empty(),
            folder,
            folder.resolve("logprobs"));
    try (var training = new AdapterTraining<>(manager, place, examples, algorithm, compute)) {
      training.run(watch, every);
    }
  }
}
