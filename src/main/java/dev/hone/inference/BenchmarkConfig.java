package dev.hone.inference;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A server's settings where there is no server. */
public final class BenchmarkConfig {
  /** Of converters, and of a source before the environment's. */
  private static final int FIRST = 500;

  private BenchmarkConfig() {}

  /**
   * The room's defaults with what the environment says, as {@code serve} would have them.
   *
   * @param precision {@code auto} or one for everything
   */
  public static InferenceConfig of(Path data, Path models, String model, String precision) {
    var given =
        Map.of(
            "hone.data",
            data.toString(),
            "hone.models",
            models.toString(),
            "hone.model",
            model,
            "hone.inference.precision",
            precision);
    return new SmallRyeConfigBuilder()
        .addDefaultSources()
        .withSources(new PropertiesConfigSource(given, "command line", FIRST))
        .withConverter(Duration.class, FIRST, new DurationConverter())
        .withConverter(MemorySize.class, FIRST, new MemorySizeConverter())
        .withMapping(InferenceConfig.class)
        .withMappingIgnore("hone.**")
        .build()
        .getConfigMapping(InferenceConfig.class);
  }
}
