package dev.hone.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a version is made of and how it came about: {@code manifest.json} in its folder.
 *
 * @param id {@code <round>-<first 8 hex of the SHA-256 of its weights>}
 * @param base id of the untrained model that it comes from, and whose tokens and shape it has
 * @param baseSha256 {@link ModelStore#baseHash} of that model when it was trained
 * @param parent the version that training started from
 * @param round that made it
 * @param snapshotSha256 of the data it was trained on
 * @param hyperparameters by name, as set
 * @param evaluation what the gate judged; any JSON
 * @param sha256 of each other file in the folder; filled in by {@link Publications#begin}
 * @param createdAt ISO-8601
 * @param kind what the folder holds; an adapter in manifests of releases that knew nothing else
 */
public record VersionManifest(
    String id,
    String base,
    String baseSha256,
    String parent,
    String round,
    String snapshotSha256,
    Map<String, String> hyperparameters,
    long seed,
    JsonNode evaluation,
    TreeMap<String, String> sha256,
    String createdAt,
    VersionKind kind) {
  public VersionManifest {
    // In order, so that the same manifest is the same file.
    hyperparameters = Collections.unmodifiableMap(new TreeMap<>(hyperparameters));
    sha256 = new TreeMap<>(sha256);
    kind = kind == null ? VersionKind.ADAPTER : kind;
  }

  /** The id of the version that a round made: the same for the same weights. */
  public static String idOf(String round, Path candidate) throws IOException {
    Path weights = candidate.resolve(VersionKind.in(candidate).weights());
    return round + "-" + Digest.sha256(weights).substring(0, 8);
  }

  VersionManifest withChecksums(Map<String, String> sums) {
    return new VersionManifest(
        id,
        base,
        baseSha256,
        parent,
        round,
        snapshotSha256,
        hyperparameters,
        seed,
        evaluation,
        new TreeMap<>(sums),
        createdAt,
        kind);
  }
}
