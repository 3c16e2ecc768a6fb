package dev.hone.alignment.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewardSettingsTest {
  @Test
  void whatIsNotSetHasItsDefault() {
    var settings = RewardSettings.of(Map.of("margin", "0.5", "batchPrompts", "4"));
    assertThat(settings.options()).isEqualTo(new RewardLoss.Options(0.5, 0, 0.01));
    assertThat(settings.training().batch()).isEqualTo(4);
    assertThat(settings.training().rank()).isEqualTo(16);
  }

  @Test
  void aMapMakesTheSameSettingsAgain() {
    var settings = RewardSettings.of(Map.of("centring", "0", "seed", "-3", "compute", "f32"));
    assertThat(RewardSettings.of(settings.toMap())).isEqualTo(settings);
  }

  @ParameterizedTest
  @CsvSource({
    "margin, -1, margin must be from 0",
    "labelSmoothing, 0.5, labelSmoothing must be from 0 to below 0.5",
    "centring, NaN, centring must be from 0",
    "beta, 0.1, unknown setting beta; there are margin"
  })
  void badSettingsAreRefusedByName(String name, String value, String message) {
    assertThatThrownBy(() -> RewardSettings.of(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
