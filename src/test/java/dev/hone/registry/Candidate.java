package dev.hone.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something to publish. Its weights may be bytes that no network reads.
 *
 * @param adapter folder of an adapter, or of full weights
 */
public record Candidate(VersionManifest manifest, Path adapter) {
  public static final String CARD = "# A version\n";

  /**
   * @param folder empty, to hold the adapter
   * @param weights any text; the same text makes the same version
   */
  public static Candidate of(
      ModelStore store, String base, String parent, Path folder, String weights) {
    try {
      Files.writeString(folder.resolve(VersionKind.ADAPTER.weights()), weights);
      Files.writeString(folder.resolve(VersionKind.ADAPTER.config()), "{}");
      return of(store, base, parent, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With what is in the folder. */
  public static Candidate of(ModelStore store, String base, String parent, Path adapter) {
    try {
      return new Candidate(
          new VersionManifest(
              VersionManifest.idOf("r1", adapter),
              base,
              store.baseHash(base),
              parent,
              "r1",
              "5".repeat(64),
              Map.of("beta", "0.1", "rank", "16"),
              7,
              JsonNodeFactory.instance.objectNode().put("accuracy", 0.61),
              new TreeMap<>(),
              "2026-01-02T03:04:05Z",
              VersionKind.in(adapter)),
          adapter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts the version's folder into the store, as a publication does; no database hears of it. */
  public void install(ModelStore store) {
    Path target = store.version(id());
    try {
      Files.createDirectories(target.getParent());
      WholeFolder.write(
          target, draft -> VersionFolder.write(store, draft, manifest, adapter, CARD));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String id() {
    return manifest.id();
  }
}
