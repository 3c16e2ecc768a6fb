package dev.hone;

import dev.hone.registry.ModelStore;
import dev.hone.registry.Progress;
import dev.hone.registry.Puller;
import dev.hone.registry.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * The real default model for tests. The download is kept outside the repository; the conversion is
 * done again whenever the code that converts was compiled anew.
 */
public final class TestModel {
  public static final String ID = Source.SMOLLM2_Q4_1.id();

  private static final Path MODELS = Path.of("target", "test-models").toAbsolutePath();

  private TestModel() {}

  /** A models folder that holds the base {@link #ID}. */
  public static synchronized Path models() {
    var store = new ModelStore(MODELS);
    try {
      if (store.hasBase(ID) && installed(store).compareTo(compiled()) < 0) {
        Files.delete(store.base(ID).resolve("manifest.json"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    puller(store).pull(Source.SMOLLM2_Q4_1);
    return MODELS;
  }

  /** The folder of the base. */
  public static Path folder() {
    return new ModelStore(models()).base(ID);
  }

  /** The base as it was published. */
  public static synchronized Path gguf() {
    return puller(new ModelStore(MODELS)).download(Source.SMOLLM2_Q4_1);
  }

  private static Puller puller(ModelStore store) {
    return Puller.ofUser(store, new Progress(System.err, false, System::nanoTime));
  }

  private static FileTime installed(ModelStore store) throws IOException {
    return Files.getLastModifiedTime(store.base(ID).resolve("manifest.json"));
  }

  private static FileTime compiled() throws IOException {
    FileTime newest = FileTime.fromMillis(0);
    try (var classes = Files.newDirectoryStream(Path.of("target/classes/dev/hone/model"))) {
      for (Path file : classes) {
        FileTime time = Files.getLastModifiedTime(file);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
    }
    return newest;
  }
}
