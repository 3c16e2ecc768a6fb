package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferenceConfigTest {
  @Test
  void namesAndDefaults() {
    var config = with(Map.of());
    assertThat(config.data()).isEqualTo(Path.of("/data"));
    assertThat(config.models()).isEqualTo(Path.of("/models"));
    assertThat(config.model()).isEqualTo("a-model");
    var inference = config.inference();
    assertThat(inference.drainPatience()).isEqualTo(Duration.ofSeconds(20));
    assertThat(inference.precision()).isEqualTo("auto");
    assertThat(inference.device()).isEqualTo("cpu");
    assertThat(inference.maxBatch()).isEqualTo(16);
    assertThat(inference.queue()).isEqualTo(64);
    assertThat(inference.cacheMemory().asBigInteger()).isEqualTo(BigInteger.valueOf(1L << 30));
    assertThat(inference.prefixCache()).isTrue();
    assertThat(inference.speculation()).isEqualTo(Speculation.AUTO);
    assertThat(inference.queuePatience()).isEqualTo(Duration.ofMinutes(2));
    assertThat(inference.contextWindow()).isEmpty();
    assertThat(inference.prefillChunk()).isEqualTo(512);
    assertThat(inference.sharedPrefillChunk()).isEqualTo(128);
  }

  @Test
  void theEnvironmentsSpellingWorksToo() {
    var config =
        with(Map.of("HONE_INFERENCE_PRECISION", "int8", "HONE_INFERENCE_SPECULATION", "off"));
    assertThat(config.inference().precision()).isEqualTo("int8");
    assertThat(config.inference().speculation()).isEqualTo(Speculation.OFF);
  }

  private static InferenceConfig with(Map<String, String> environment) {
    return TestConfig.of(
        Map.of("hone.data", "/data", "hone.models", "/models", "hone.model", "a-model"),
        new EnvConfigSource(environment, 300));
  }
}
