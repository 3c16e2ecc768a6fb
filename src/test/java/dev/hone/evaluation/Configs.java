package dev.hone.evaluation;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** The room's settings without a server. */
final class Configs {
  private Configs() {}

  static GateConfig with(Map<String, String> environment) {
    return new SmallRyeConfigBuilder()
        .withSources(new EnvConfigSource(environment, 300))
        .withMapping(GateConfig.class)
        .build()
        .getConfigMapping(GateConfig.class);
  }

  static GateThresholds thresholds() {
    return GateThresholds.of(with(Map.of()));
  }
}
