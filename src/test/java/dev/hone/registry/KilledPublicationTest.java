package dev.hone.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed while it writes a version: the folder is whole or not there. */
class KilledPublicationTest {
  private static final int KILLS = 12;
  private static final int ADAPTER_BYTES = 24 << 20;

  @TempDir Path home;
  private Path adapter;
  private ModelStore store;
  private Candidate candidate;

  @BeforeEach
  void prepare() throws IOException {
    store = new ModelStore(home.resolve("models"));
    store.install(
        "a-base", "test", folder -> Files.writeString(folder.resolve("w.safetensors"), "w"));
    adapter = Files.createDirectory(home.resolve("adapter"));
    byte[] weights = new byte[ADAPTER_BYTES];
    new Random(7).nextBytes(weights);
    Files.write(adapter.resolve(VersionKind.ADAPTER.weights()), weights);
    Files.writeString(adapter.resolve(VersionKind.ADAPTER.config()), "{}");
    candidate = Candidate.of(store, "a-base", "a-base", adapter);
  }

  @Test
  void theFolderIsWholeOrNotThereAndTheNextAttemptSucceeds() throws Exception {
    Path target = store.version(candidate.id());
    for (int kill = 0; kill < KILLS; kill++) {
      killWhileWriting(TimeUnit.MILLISECONDS.toNanos(8) * kill);
      if (Files.exists(target)) {
        VersionFolder.open(store, candidate.id());
        WholeFolder.delete(target);
      }
    }
    write(home, adapter);
    VersionFolder.open(store, candidate.id());
    assertThat(target.getParent()).isDirectoryNotContaining("glob:**.draft");
  }

  /** Lets a process write the version again and again, until it is killed. */
  private void killWhileWriting(long nanos) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledPublicationTest.class.getName(),
                    home.toString(),
                    adapter.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("writing");
      long until = System.nanoTime() + nanos;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /**
   * @param arguments the home and the adapter's folder
   */
  public static void main(String[] arguments) throws IOException {
    Path home = Path.of(arguments[0]);
    Path adapter = Path.of(arguments[1]);
    System.out.println("writing");
    while (true) {
      // Taken away by its name first, as it came: a half-deleted folder is not what is tested here.
      Files.move(write(home, adapter), Files.createTempDirectory(home, "old").resolve("version"));
    }
  }

  private static Path write(Path home, Path adapter) throws IOException {
    var store = new ModelStore(home.resolve("models"));
    var candidate = Candidate.of(store, "a-base", "a-base", adapter);
    candidate.install(store);
    return store.version(candidate.id());
  }
}
