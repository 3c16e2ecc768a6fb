package dev.hone.inference;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The room's settings without a server. */
final class TestConfig {
  private TestConfig() {}

  static InferenceConfig of(Map<String, String> settings, ConfigSource... sources) {
    return new SmallRyeConfigBuilder()
        .withDefaultValues(settings)
        .withSources(sources)
        .withConverter(Duration.class, 100, new DurationConverter())
        .withConverter(MemorySize.class, 100, new MemorySizeConverter())
        .withMapping(InferenceConfig.class)
        .build()
        .getConfigMapping(InferenceConfig.class);
  }
}
