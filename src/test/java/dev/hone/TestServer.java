package dev.hone;

import dev.hone.operations.EmbeddedPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What {@code hone serve} prepares before Quarkus starts: a real PostgreSQL, the real model. */
public final class TestServer implements QuarkusTestResourceLifecycleManager {
  private Path data;
  private EmbeddedPostgres postgres;

  @Override
  public Map<String, String> start() {
    try {
      data = Files.createTempDirectory("hone-test-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    postgres = EmbeddedPostgres.start(data.resolve("postgres"));
    var settings = new HashMap<>(postgres.address().settings());
    settings.put("hone.data", data.toString());
    settings.put("hone.models", models().toString());
    settings.put("hone.model", TestModel.ID);
    // Fixed, since each server has a new data folder and would measure anew.
    settings.put("hone.inference.precision", "f32-prepacked");
    settings.put("quarkus.http.test-port", "0");
    return settings;
  }

  /** The real base, and a place of its own for versions. */
  private Path models() {
    Path base = TestModel.models().resolve("base");
    try {
      Path models = Files.createDirectory(data.resolve("models"));
      Files.createSymbolicLink(models.resolve("base"), base);
      return models;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (postgres != null) {
      postgres.close();
    }
    try (var inside = Files.walk(data)) {
      for (Path path : inside.toList().reversed()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
