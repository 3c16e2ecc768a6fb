package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoopConfigTest {
  @Test
  void namesAndDefaults() {
    var config = with(Map.of());
    assertThat(config.data()).isEqualTo(Path.of("/data"));
    assertThat(config.models()).isEqualTo(Path.of("/models"));
    var loop = config.loop();
    assertThat(loop.minPairs()).isEqualTo(8);
    assertThat(loop.maxPerOwner()).isZero();
    assertThat(loop.keepRefusedCandidates()).isTrue();
    assertThat(loop.requiredMemory().asLongValue()).isEqualTo(1L << 30);
    assertThat(loop.requiredDisk().asLongValue()).isEqualTo(1L << 30);
    assertThat(loop.workerHeap().asLongValue()).isEqualTo(1L << 30);
    assertThat(loop.quiet()).isEqualTo(Duration.ofSeconds(1));
    assertThat(loop.checkpointEvery()).isEqualTo(Duration.ofSeconds(60));
    assertThat(loop.checkpointSteps()).isZero();
    assertThat(loop.workerPatience()).isEqualTo(Duration.ofSeconds(20));
    assertThat(loop.alarms().maxKl()).isEqualTo(100);
    assertThat(loop.alarms().lengthFactor()).isEqualTo(4);
    assertThat(loop.alarms().accuracyDrop()).isEqualTo(0.1);
  }

  @Test
  void theEnvironmentsSpellingWorksToo() {
    assertThat(with(Map.of("HONE_LOOP_KEEP_REFUSED_CANDIDATES", "false")).loop())
        .returns(false, LoopConfig.Loop::keepRefusedCandidates);
    assertThat(with(Map.of("HONE_LOOP_ALARMS_MAX_KL", "7.5")).loop().alarms().maxKl())
        .isEqualTo(7.5);
  }

  private static LoopConfig with(Map<String, String> environment) {
    return with(Path.of("/data"), Path.of("/models"), environment);
  }

  static LoopConfig with(Path data, Path models, Map<String, String> environment) {
    return new SmallRyeConfigBuilder()
        .withDefaultValues(Map.of("hone.data", data.toString(), "hone.models", models.toString()))
        .withSources(new EnvConfigSource(environment, 300))
        .withConverter(Duration.class, 100, new DurationConverter())
        .withConverter(MemorySize.class, 100, new MemorySizeConverter())
        .withMapping(LoopConfig.class)
        .build()
        .getConfigMapping(LoopConfig.class);
  }
}
