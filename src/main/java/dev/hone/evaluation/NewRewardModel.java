package dev.hone.evaluation;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.preference.Format;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardManifest;
import dev.hone.registry.RewardModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A reward model that was trained just now.
 *
 * @param round that trained it
 * @param base folder of its base, under its id
 * @param baseSha256 of the base's weights
 * @param learnt the data it was trained on
 * @param hyperparameters by name
 * @param trained folder of its adapter and head
 * @param heldOut file of pairs that it was not trained on
 * @param most of these that it is judged on, the first ones
 */
public record NewRewardModel(
    String round,
    Path base,
    String baseSha256,
    Learnt learnt,
    Map<String, String> hyperparameters,
    Path trained,
    Path heldOut,
    int most) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * What of a snapshot was learnt.
   *
   * @param untrainable number of pairs that could not be trained on, by reason
   * @param cut how many prompts and answers were cut to fit
   */
  public record Learnt(
      String snapshotSha256, Map<String, Integer> untrainable, Map<String, Integer> cut) {}

  /**
   * Judges it on the held-out pairs and keeps it with what came of that. One that is kept already
   * is not judged again.
   *
   * @throws dev.hone.alignment.CancelledException as the watch wants
   * @throws dev.hone.registry.RegistryException when it cannot be kept
   */
  public RewardFolder keep(RewardModels models, Instant now, EvaluationWatch watch) {
    String id = id();
    Optional<RewardFolder> kept = models.find(id);
    if (kept.isPresent()) {
      return kept.get();
    }
    var job = new RewardJob(base, trained, heldOut, Format.TRL, most);
    var judged = RewardEvaluation.run(job, watch);
    ObjectNode evaluation = JSON.valueToTree(judged.report());
    evaluation.set("cut", JSON.valueToTree(judged.cut()));
    return models.add(
        new RewardManifest(
            id,
            base.getFileName().toString(),
            baseSha256,
            round,
            learnt.snapshotSha256(),
            learnt.untrainable(),
            learnt.cut(),
            hyperparameters,
            evaluation,
            new TreeMap<>(),
            now.toString()),
        trained);
  }

  private String id() {
    try {
      return RewardManifest.idOf(round, trained);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
