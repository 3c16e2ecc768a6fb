package dev.hone.registry;

import static dev.hone.registry.RegistryException.Reason.BASE_MISMATCH;
import static dev.hone.registry.RegistryException.Reason.REWARD_MODEL_DAMAGED;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;

/**
 * A reward model on disk.
 *
 * @param path holds the adapter, the head and the manifest
 */
public record RewardFolder(Path path, RewardManifest manifest) {
  private static final String MANIFEST = "manifest.json";
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Set<String> FILES =
      Set.of(VersionKind.ADAPTER.weights(), VersionKind.ADAPTER.config(), RewardManifest.HEAD);

  /**
   * Reads a reward model and checks every file against the manifest, and the base against both.
   *
   * @throws RegistryException when a file is missing or changed, or the base here has other weights
   */
  static RewardFolder open(ModelStore store, String id) {
    var folder = read(store.reward(id));
    folder.check(id);
    requireBase(store, folder.manifest);
    return folder;
  }

  /**
   * @throws RegistryException unless the base is here, with the weights that it was trained over
   */
  static void requireBase(ModelStore store, RewardManifest manifest) {
    String base = manifest.base();
    String found = store.hasBase(base) ? store.baseHash(base) : "not here";
    if (!found.equals(manifest.baseSha256())) {
      throw new RegistryException(
          BASE_MISMATCH,
          "Reward model %s was trained over %s with weights %s, but those are %s."
              .formatted(manifest.id(), base, manifest.baseSha256(), found));
    }
  }

  /** Reads the manifest alone. */
  static RewardFolder read(Path path) {
    Path file = path.resolve(MANIFEST);
    try {
      return new RewardFolder(path, JSON.readValue(file.toFile(), RewardManifest.class));
    } catch (IOException e) {
      throw damaged(path.getFileName().toString(), file + " cannot be read", e);
    }
  }

  /** Fills a folder that is to become a reward model's. */
  static void write(Path folder, RewardManifest manifest, Path trained) throws IOException {
    for (String file : FILES) {
      Files.copy(trained.resolve(file), folder.resolve(file));
    }
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.resolve(MANIFEST).toFile(),
            manifest.withChecksums(WholeFolder.checksums(folder)));
  }

  private void check(String id) {
    if (!manifest.id().equals(id) || !manifest.sha256().keySet().equals(FILES)) {
      throw damaged(id, path.resolve(MANIFEST) + " is not its manifest", null);
    }
    try {
      var found = new TreeMap<>(WholeFolder.checksums(path));
      found.remove(MANIFEST);
      if (!found.equals(manifest.sha256())) {
        throw damaged(id, "files in " + path + " are not those that were trained", null);
      }
    } catch (IOException e) {
      throw damaged(id, path + " cannot be read", e);
    }
  }

  private static RegistryException damaged(String id, String what, Throwable cause) {
    return new RegistryException(
        REWARD_MODEL_DAMAGED, "Reward model %s is damaged: %s.".formatted(id, what), cause);
  }
}
