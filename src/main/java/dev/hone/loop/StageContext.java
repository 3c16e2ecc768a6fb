package dev.hone.loop;

import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingWatch;
import dev.hone.model.ChatFormat;
import dev.hone.registry.VersionManifest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a stage works with.
 *
 * @param folder its own
 * @param before what the stages before it made
 * @param settled gets all settings once none is left to the data
 */
record StageContext(
    Job job,
    Stage stage,
    RoundFolder folder,
    Made before,
    ComputeChoice compute,
    Consumer<Map<String, String>> settled,
    TrainingWatch watch) {
  /**
   * @param maxTokens of a prompt and one answer together
   */
  TrainingData data(int maxTokens) throws IOException {
    return TrainingData.read(job.snapshot(), ChatFormat.load(job.base()), maxTokens);
  }

  /** Where a policy is trained, from the one before. */
  TrainingPlace place() {
    return new TrainingPlace(
        job.base(),
        job.baseSha256(),
        before.policy().id(),
        before.policy().adapter(),
        folder.path(),
        job.logProbs());
  }

  /** The policy that was trained there. */
  Made.Policy trained() throws IOException {
    String id = VersionManifest.idOf(job.round() + "-" + stage.name(), folder.candidate());
    return new Made.Policy(id, Optional.of(folder.candidate().toAbsolutePath()));
  }
}
