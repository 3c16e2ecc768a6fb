package dev.hone.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a reward model is made of and how it came about: {@code manifest.json} in its folder.
 *
 * @param id {@code rm-<round>-<8 hex of the weights' SHA-256>}
 * @param base id of the untrained model that its adapter changes, which need not be the policy's
 * @param baseSha256 {@link ModelStore#baseHash} of that model when it was trained
 * @param round that made it
 * @param snapshotSha256 of the data it was trained on
 * @param untrainable number of its pairs that could not be trained on, by reason; null in a
 *     manifest of an earlier release
 * @param cut how many prompts and answers were cut to fit; likewise
 * @param hyperparameters by name, as set
 * @param evaluation how it judges pairs that it was not trained on, as {@code evaluate rewards}
 *     says it
 * @param sha256 of each other file in the folder; filled in by {@link RewardModels#add}
 * @param createdAt ISO-8601
 */
public record RewardManifest(
    String id,
    String base,
    String baseSha256,
    String round,
    String snapshotSha256,
    Map<String, Integer> untrainable,
    Map<String, Integer> cut,
    Map<String, String> hyperparameters,
    JsonNode evaluation,
    TreeMap<String, String> sha256,
    String createdAt) {
  /** The head's weight. */
  public static final String HEAD = "head.safetensors";

  public RewardManifest {
    // In order, so that the same manifest is the same file.
    hyperparameters = inOrder(hyperparameters);
    untrainable = untrainable == null ? null : inOrder(untrainable);
    cut = cut == null ? null : inOrder(cut);
    sha256 = new TreeMap<>(sha256);
  }

  private static <V> Map<String, V> inOrder(Map<String, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  /**
   * The id of the reward model that a round made: the same for the same weights.
   *
   * @param folder of its adapter and head
   */
  public static String idOf(String round, Path folder) throws IOException {
    String both =
        Digest.sha256(folder.resolve(VersionKind.ADAPTER.weights()))
            + Digest.sha256(folder.resolve(HEAD));
    return "rm-%s-%s".formatted(round, Digest.sha256(both).substring(0, 8));
  }

  RewardManifest withChecksums(Map<String, String> sums) {
    return new RewardManifest(
        id,
        base,
        baseSha256,
        round,
        snapshotSha256,
        untrainable,
        cut,
        hyperparameters,
        evaluation,
        new TreeMap<>(sums),
        createdAt);
  }
}
