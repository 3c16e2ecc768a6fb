package dev.hone.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * A published version on disk.
 *
 * @param path holds what its {@link VersionKind} says, a model card and the manifest
 * @param manifestSha256 of {@code manifest.json} as it is there
 */
public record VersionFolder(Path path, VersionManifest manifest, String manifestSha256) {
  static final String MANIFEST = "manifest.json";
  static final String CARD = "MODEL_CARD.md";

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /**
   * Reads a version and checks every file against the manifest, and the base against both.
   *
   * @throws DamagedVersionException when a file is missing or changed
   * @throws BaseMismatchException when the base here has other weights
   */
  public static VersionFolder open(ModelStore store, String id) {
    Path path = store.version(id);
    var folder = read(path, id);
    folder.check(id);
    String base = folder.manifest.base();
    if (!store.hasBase(base)) {
      throw new DamagedVersionException(id, "its base " + base + " is not here");
    }
    if (!store.baseHash(base).equals(folder.manifest.baseSha256())) {
      throw new BaseMismatchException(folder.manifest, store.baseHash(base));
    }
    return folder;
  }

  /**
   * @param sha256 of the manifest that was published
   * @throws DamagedVersionException when this is another one
   */
  public VersionFolder expect(String sha256) {
    if (!manifestSha256.equals(sha256)) {
      throw new DamagedVersionException(
          manifest.id(), path.resolve(MANIFEST) + " is not the one published");
    }
    return this;
  }

  /**
   * Fills a folder that is to become a version's.
   *
   * @param candidate folder of the weights; the configuration of full weights is their base's
   */
  static void write(
      ModelStore store, Path folder, VersionManifest manifest, Path candidate, String modelCard)
      throws IOException {
    var kind = manifest.kind();
    Path configured =
        switch (kind) {
          case ADAPTER -> candidate;
          case FULL -> store.base(manifest.base());
        };
    Files.copy(candidate.resolve(kind.weights()), folder.resolve(kind.weights()));
    Files.copy(configured.resolve(kind.config()), folder.resolve(kind.config()));
    Files.writeString(folder.resolve(CARD), modelCard);
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.resolve(MANIFEST).toFile(),
            manifest.withChecksums(WholeFolder.checksums(folder)));
  }

  private static VersionFolder read(Path path, String id) {
    Path file = path.resolve(MANIFEST);
    try {
      return new VersionFolder(
          path, JSON.readValue(file.toFile(), VersionManifest.class), Digest.sha256(file));
    } catch (IOException e) {
      throw new DamagedVersionException(id, file + " cannot be read", e);
    }
  }

  private void check(String id) {
    if (!manifest.id().equals(id) || !manifest.sha256().keySet().equals(manifest.kind().files())) {
      throw new DamagedVersionException(id, path.resolve(MANIFEST) + " is not its manifest");
    }
    try {
      var found = new TreeMap<>(WholeFolder.checksums(path));
      found.remove(MANIFEST);
      if (!found.equals(manifest.sha256())) {
        throw new DamagedVersionException(id, "files in " + path + " are not those published");
      }
    } catch (IOException e) {
      throw new DamagedVersionException(id, path + " cannot be read", e);
    }
  }
}
