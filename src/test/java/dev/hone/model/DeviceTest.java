package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GPU would stumble over, found without one. */
class DeviceTest {
  private static final Pattern FOR_PROCESSORS =
      Pattern.compile("mkldnn|quantized|quantize_|int4pack|_for_cpu");

  /** They make a tensor on the processor unless told where. */
  private static final Pattern MAKERS =
      Pattern.compile("torch\\.(zeros|ones|empty|full|arange|tensor|rand)\\((?!.*device=).*");

  @ParameterizedTest
  @ValueSource(strings = {"plain", "biased", "linear", "mistral", "qwen2", "qwen3", "gpt2"})
  void whatRunsOnEveryDeviceNamesNoProcessorsOperatorAndMakesNothingThere(String name) {
    var net = Architecture.load(SmallModel.resource("golden/" + name));
    Set<LoraTarget> adapted =
        net.layout() == Layout.LLAMA ? EnumSet.allOf(LoraTarget.class) : Set.of();
    for (var precision : Precision.values()) {
      if (precision.runsOnEveryDevice()) {
        String source =
            NetworkSource.of(net, precision, adapted)
                .concat(NetworkSource.mixed(net, precision, adapted));
        assertThat(source.lines().filter(line -> FOR_PROCESSORS.matcher(line).find())).isEmpty();
        assertThat(source.lines().filter(line -> MAKERS.matcher(line).find())).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32-prepacked", "bf16-prepacked", "int8", "int4"})
  void whatIsForProcessorsIsSaidToBe(String label) {
    var net = Architecture.load(SmallModel.resource("golden/plain"));
    String source = NetworkSource.of(net, Precision.of(label), Set.of());
    assertThat(FOR_PROCESSORS.matcher(source).find()).isTrue();
    assertThat(Precision.of(label).runsOnEveryDevice()).isFalse();
    assertThat(Arrays.stream(Precision.values()).filter(Precision::runsOnEveryDevice))
        .containsExactly(Precision.F32, Precision.BF16);
  }
}
