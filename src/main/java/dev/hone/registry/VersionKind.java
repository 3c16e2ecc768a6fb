package dev.hone.registry;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What a version's folder holds, besides its model card and manifest. */
public enum VersionKind {
  /** Changes to the base's linear layers, in PEFT's layout. */
  @JsonProperty("adapter")
  ADAPTER("adapter_model.safetensors", "adapter_config.json"),

  /** All weights, in place of the base's, and the base's configuration. */
  @JsonProperty("full")
  FULL("model.safetensors", "config.json");

  private final String weights;
  private final String config;

  VersionKind(String weights, String config) {
    this.weights = weights;
    this.config = config;
  }

  /** Of a candidate, by the weights that are in its folder. */
  public static VersionKind in(Path folder) {
    return Files.exists(folder.resolve(FULL.weights)) ? FULL : ADAPTER;
  }

  public String weights() {
    return weights;
  }

  public String config() {
    return config;
  }

  /** All files but the manifest. */
  Set<String> files() {
    return Set.of(weights, config, VersionFolder.CARD);
  }
}
