package dev.hone.inference;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
    return of(given(data, models, model, precision));
  }

  /** The same, but that nothing is drafted. */
  static InferenceConfig undrafted(InferenceConfig config) {
    var given =
        new HashMap<>(
            given(config.data(), config.models(), config.model(), config.inference().precision()));
    given.put("hone.inference.speculation", "off");
    return of(given);
  }

  private static Map<String, String> given(Path data, Path models, String model, String precision) {
    return Map.of(
        "hone.data",
        data.toString(),
        "hone.models",
        models.toString(),
        "hone.model",
        model,
        "hone.inference.precision",
        precision,
        "hone.inference.device",
        "cpu");
  }

  private static InferenceConfig of(Map<String, String> given) {
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
