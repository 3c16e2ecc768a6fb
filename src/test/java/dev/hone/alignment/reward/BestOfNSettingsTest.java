package dev.hone.alignment.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BestOfNSettingsTest {
  @Test
  void aMapMakesTheSameSettingsAgain() {
    for (Map<String, String> set :
        List.of(
            Map.<String, String>of(),
            Map.of("answers", "16", "temperature", "0.7", "maxNewTokens", "64", "seed", "-3"))) {
      var settings = BestOfNSettings.of(set);
      assertThat(settings.toMap()).containsAllEntriesOf(set);
      assertThat(BestOfNSettings.of(settings.toMap())).isEqualTo(settings);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "answers, 1, answers must be from 2 to 256",
    "answers, 257, answers must be from 2 to 256",
    "temperature, 0, temperature must be above 0 and at most 2",
    "temperature, NaN, temperature must be above 0 and at most 2",
    "maxNewTokens, 384, maxNewTokens must be at least 1 and below maxTokens",
    "maxNewTokens, 0, maxNewTokens must be at least 1 and below maxTokens",
    "n, 4, unknown setting n; there are answers"
  })
  void badSettingsAreRefusedByName(String name, String value, String message) {
    assertThatThrownBy(() -> BestOfNSettings.of(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
