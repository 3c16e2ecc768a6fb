package dev.hone.alignment.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.alignment.ComputeType;
import dev.hone.alignment.SettingsText;
import dev.hone.model.LoraTarget;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpoSettingsTest {
  @Test
  void whatIsNotSetHasItsDefault() {
    var settings = DpoSettings.of(Map.of("beta", "0.2", "targets", "q, v", "compute", "bf16"));
    assertThat(settings.beta()).isEqualTo(0.2);
    assertThat(settings.training().targets()).containsExactlyInAnyOrder(LoraTarget.Q, LoraTarget.V);
    assertThat(settings.training().compute()).contains(ComputeType.BF16);
    assertThat(settings.training().rank()).isEqualTo(16);
    assertThat(DpoSettings.of(Map.of()).training().compute()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, 0.1, 0.1",
    "robust, 0.1, 0.1",
    "sigmoid_norm, 2, 0.1",
    "simpo, 2, 0.1",
    "hinge, 0.1, 0",
    "ipo, 0.1, 0",
    "orpo, 0.1, 0"
  })
  void eachLossHasItsOwnDefaults(String loss, double beta, double labelSmoothing) {
    var settings = DpoSettings.of(Map.of("loss", loss));
    assertThat(settings.beta()).isEqualTo(beta);
    assertThat(settings.labelSmoothing()).isEqualTo(labelSmoothing);
    assertThat(DpoSettings.of(settings.toMap())).isEqualTo(settings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hinge", "ipo", "orpo"})
  void smoothingIsRefusedWhereItChangesNothing(String loss) {
    assertThatThrownBy(() -> DpoSettings.of(Map.of("loss", loss, "labelSmoothing", "0.1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labelSmoothing must be 0 for loss=%s, which has no place for it", loss);
  }

  @Test
  void aRoundOfAnEarlierReleaseGoesOnWithoutWhatChangedNothing() {
    var hinge = DpoSettings.of(Map.of("loss", "hinge"));
    var before = new HashMap<>(hinge.toMap());
    before.put("labelSmoothing", "0.1");
    before.put("targetMargin", "0.5");
    assertThat(DpoSettings.of(DpoSettings.withoutIdle(before))).isEqualTo(hinge);
    var smoothed = DpoSettings.of(Map.of("labelSmoothing", "0.2")).toMap();
    assertThat(DpoSettings.of(DpoSettings.withoutIdle(smoothed)).toMap()).isEqualTo(smoothed);
  }

  @Test
  void aMapMakesTheSameSettingsAgain() {
    for (Map<String, String> set :
        List.of(
            Map.<String, String>of(), Map.of("seed", "-3", "maxSteps", "7", "compute", "f32"))) {
      var settings = DpoSettings.of(set);
      assertThat(DpoSettings.of(settings.toMap())).isEqualTo(settings);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "beta, 0, beta must be above 0",
    "beta, NaN, beta must be above 0",
    "rank, 1.5, 'rank must be a whole number, was ''1.5'''",
    "targets, 'q,z', targets must be a list of q",
    "targets, '', targets must be a list of q",
    "compute, f16, compute must be one of",
    "warmup, 1, warmup must be a share",
    "labelSmoothing, 0.5, labelSmoothing must be from 0 to below 0.5",
    "loss, best, loss must be one of sigmoid",
    "lengthWeight, 2, lengthWeight must be from 0 to 1",
    "schedule, steep, schedule must be one of constant",
    "learnRate, 1, unknown setting learnRate; there are loss",
    "ld_alpha, 0.5, unknown setting ld_alpha; there are loss"
  })
  void badSettingsAreRefusedByName(String name, String value, String message) {
    assertThatThrownBy(() -> DpoSettings.of(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rank=8", "alpha=8", "targets=q,v", "rsLora=true"})
  void fullWeightsHaveNoMatricesToShape(String set) {
    assertThatThrownBy(() -> DpoSettings.of(SettingsText.read("adapter=full " + set)))
        .hasMessageContaining("must be left alone with adapter=full");
    assertThat(DpoSettings.of(SettingsText.read("adapter=dora " + set))).isNotNull();
    var full = DpoSettings.of(Map.of("adapter", "full"));
    assertThat(DpoSettings.of(full.toMap())).isEqualTo(full);
  }
}
