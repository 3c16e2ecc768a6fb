package dev.hone.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** What this room needs to know. */
@ConfigMapping(prefix = "hone")
public interface InferenceConfig {
  /** Folder of everything that belongs to this instance. */
  Path data();

  /** Folder of pulled bases and trained versions. */
  Path models();

  /** Id of the base model, a folder under {@code models/base}. */
  String model();

  Inference inference();

  /** The engine's own settings, {@code hone.inference.*}. */
  interface Inference {
    /** Time that running answers get to finish when the server stops. */
    @WithDefault("20s")
    Duration drainPatience();
  }
}
