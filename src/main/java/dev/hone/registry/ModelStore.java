package dev.hone.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The models on disk: {@code base/<id>/} in Hugging Face layout, {@code versions/<id>/} in that or
 * in PEFT's, and {@code rewards/<id>/}, each with a {@code manifest.json}. A folder under its name
 * is complete; it is filled elsewhere and renamed.
 */
public final class ModelStore {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,127}");
  private static final ObjectMapper JSON = new ObjectMapper().findAndRegisterModules();

  private final Path bases;
  private final Path versions;
  private final Path rewards;

  public ModelStore(Path models) {
    this.bases = models.resolve("base");
    this.versions = models.resolve("versions");
    this.rewards = models.resolve("rewards");
  }

  /** Where the manifest says a base came from, and what each of its files hashes to. */
  public record Manifest(
      String id, String origin, String createdAt, TreeMap<String, String> sha256) {}

  /** Writes a model's files into an empty folder. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /** The folder of a base, there or not. */
  public Path base(String id) {
    if (!possible(id)) {
      throw new PullException("'" + id + "' cannot be the id of a model");
    }
    return bases.resolve(id);
  }

  private static boolean possible(String id) {
    return ID.matcher(id).matches() && !id.contains("..");
  }

  /**
   * The folder of a published version, there or not.
   *
   * @throws UnknownModelException when no version can have that id
   */
  public Path version(String id) {
    if (!possible(id)) {
      throw new UnknownModelException(id);
    }
    return versions.resolve(id);
  }

  /**
   * The folder of a reward model, there or not.
   *
   * @throws UnknownModelException when none can have that id
   */
  Path reward(String id) {
    if (!possible(id)) {
      throw UnknownModelException.rewardModel(id);
    }
    return rewards.resolve(id);
  }

  /** The folders of all reward models. */
  List<Path> rewards() {
    if (!Files.isDirectory(rewards)) {
      return List.of();
    }
    try (var all = Files.list(rewards)) {
      return all.filter(path -> possible(path.getFileName().toString())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean hasBase(String id) {
    return Files.isRegularFile(base(id).resolve("manifest.json"));
  }

  /**
   * What a version is tied to: a SHA-256 over the checksums of the base's weight files, as its
   * manifest has them; lower-case hex.
   */
  public String baseHash(String id) {
    var sums = new StringBuilder();
    manifest(id)
        .sha256()
        .forEach(
            (file, sum) -> {
              if (file.endsWith(".safetensors")) {
                sums.append(sum).append("  ").append(file).append('\n');
              }
            });
    return Digest.sha256(sums.toString());
  }

  public Manifest manifest(String id) {
    try {
      return JSON.readValue(base(id).resolve("manifest.json").toFile(), Manifest.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Installs a base, all of it or nothing. Two processes may install at once: one waits and then
   * finds it there.
   *
   * @throws PullException if another model has the id, or the disk cannot take this one
   */
  public void install(String id, String origin, Content content) {
    Path target = base(id);
    try {
      Files.createDirectories(bases);
      try (var lockFile =
              FileChannel.open(
                  bases.resolve("." + id + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var _ = lockFile.lock()) {
        if (!hasBase(id)) {
          installLocked(id, origin, content, target);
        }
      }
    } catch (IOException e) {
      throw new PullException("the model cannot be written to " + target + ": " + e, e);
    }
    if (!manifest(id).origin().equals(origin)) {
      throw new PullException(
          "%s holds a model from %s, not from %s; delete that folder to replace it"
              .formatted(target, manifest(id).origin(), origin));
    }
  }

  private void installLocked(String id, String origin, Content content, Path target)
      throws IOException {
    WholeFolder.write(
        target,
        draft -> {
          content.writeTo(draft);
          var manifest =
              new Manifest(
                  id,
                  origin,
                  Instant.now().toString(),
                  new TreeMap<>(WholeFolder.checksums(draft)));
          JSON.writerWithDefaultPrettyPrinter()
              .writeValue(draft.resolve("manifest.json").toFile(), manifest);
        });
  }
}
