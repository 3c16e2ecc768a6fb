package dev.hone.registry;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** What this room needs to know. */
@ConfigMapping(prefix = "hone")
public interface RegistryConfig {
  /** Folder of pulled bases and trained versions; instances may share it. */
  Path models();
}
