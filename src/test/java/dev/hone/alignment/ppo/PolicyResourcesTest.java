package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Resources;
import dev.hone.inference.PolicySampler;
import dev.hone.model.Architecture;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyResourcesTest {
  private static final Architecture NET = Architecture.load(SmallModel.resource("golden/chat"));

  @TempDir Path folder;

  private static PpoSettings settings(Map<String, String> set) {
    var all =
        new HashMap<>(
            Map.of(
                "groupSize", "4",
                "maxTokens", "64",
                "maxNewTokens", "16",
                "microBatchResponses", "8"));
    all.putAll(set);
    return PpoSettings.of(all);
  }

  private static Resources of(Map<String, String> set) {
    return of(set, Optional.empty());
  }

  private static Resources of(Map<String, String> set, Optional<Path> rewardModel) {
    var settings = settings(set);
    var shape = settings.training().shape();
    return new PolicyResources(settings, shape, 40, rewardModel).over(NET, ComputeType.F32);
  }

  @ParameterizedTest
  @CsvSource({
    "microBatchResponses, 1",
    "maxTokens, 48",
    "maxNewTokens, 8",
    "gradientCheckpointing, true",
    "rank, 4",
  })
  void aSmallerSettingTakesLess(String setting, String smaller) {
    assertThat(of(Map.of(setting, smaller)).memory()).isLessThan(of(Map.of()).memory());
  }

  @ParameterizedTest
  @CsvSource({"entropyCoefficient, 0.1", "ptxCoefficient, 0.1", "ema, 0.9"})
  void whatIsLearntBesidesTakesMore(String setting, String value) {
    assertThat(of(Map.of(setting, value)).memory()).isGreaterThan(of(Map.of()).memory());
  }

  @Test
  void aValueNetworkIsMovedAndKeptAsThePolicyIs() {
    long adapter = settings(Map.of()).training().shape().parameters(NET);
    var values = Resources.trained(adapter + NET.hidden(), false);
    assertThat(of(Map.of())).isEqualTo(of(Map.of("algorithm", "rloo")).and(values));
  }

  @Test
  void aValueNetworkThatBeginsAsARewardModelIsAsLargeAsThat() throws IOException {
    int numbers = 1_000_000;
    Files.write(folder.resolve("adapter_model.safetensors"), new byte[Float.BYTES * numbers]);
    long own = settings(Map.of()).training().shape().parameters(NET);
    var begun = of(Map.of(), Optional.of(folder));
    long more = numbers - own;
    assertThat(begun.memory() - of(Map.of()).memory()).isEqualTo(5 * Float.BYTES * more);
    assertThat(begun.disk() - of(Map.of()).disk()).isEqualTo(3 * 3 * Float.BYTES * more);
  }

  @Test
  void aSamplerTakesWhatItsPrecisionAndItsKeysAndValuesDo() {
    var few = PolicySampler.Bounds.ample(4, 64, NET);
    var many = PolicySampler.Bounds.ample(16, 64, NET);
    long logits = 2L * 12 * NET.vocabulary() * Float.BYTES;
    assertThat(
            PolicySampler.bytes(NET, Precision.INT8, many)
                - PolicySampler.bytes(NET, Precision.INT8, few))
        .isEqualTo(many.cacheBytes() - few.cacheBytes() + logits);
    assertThat(PolicySampler.bytes(NET, Precision.INT8, few))
        .isLessThan(PolicySampler.bytes(NET, Precision.F32_PREPACKED, few));
  }
}
