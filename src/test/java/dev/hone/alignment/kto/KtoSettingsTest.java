package dev.hone.alignment.kto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.alignment.FromPairs;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KtoSettingsTest {
  @ParameterizedTest
  @CsvSource({
    // In balance as they are.
    "100, 100, auto, auto, 1, 1",
    "130, 100, auto, auto, 1, 1",
    // The rarer kind counts for more, by as little as is enough.
    "10, 100, auto, auto, 10, 1",
    "400, 100, auto, auto, 1, 3",
    // What is set stays.
    "10, 100, 1, auto, 1, 0.1",
    "400, 200, auto, 2, 1, 2",
    "400, 100, auto, 3, 1, 3",
    "400, 100, auto, 6, 1.5, 6",
    "10, 100, 1, 1, 1, 1",
    // No balance can be struck.
    "0, 100, auto, auto, 1, 1",
    "100, 0, auto, auto, 1, 1",
    "100, 50, auto, 0, 1, 0",
    "1, 1000, auto, auto, 100, 1"
  })
  void weightsFollowTheCounts(
      int good, int bad, String desirable, String undesirable, double better, double worse) {
    var settings = settings(desirable, undesirable).balanced(good, bad);

    assertThat(settings.desirableWeight().orElseThrow()).isCloseTo(better, within(1e-12));
    assertThat(settings.undesirableWeight().orElseThrow()).isCloseTo(worse, within(1e-12));
  }

  @Test
  void whateverTheCountsGoodWeighsOneToFourThirdsOfBad() {
    for (int good = 1; good < 60; good += 7) {
      for (int bad = 1; bad < 60; bad += 5) {
        var settings = settings("auto", "auto").balanced(good, bad);
        assertThat(good * settings.weight(true) / (bad * settings.weight(false)))
            .isBetween(1 - 1e-9, 4.0 / 3 + 1e-9);
      }
    }
  }

  @Test
  void autoIsWrittenAsItIsRead() {
    var settings = KtoSettings.of(Map.of());
    assertThat(settings.toMap())
        .containsEntry("desirableWeight", "auto")
        .containsEntry("undesirableWeight", "auto")
        .containsEntry("fromPairs", "auto");
    assertThat(KtoSettings.of(settings.toMap())).isEqualTo(settings);
    var settled = settings.balanced(10, 100);
    assertThat(settled.toMap()).containsEntry("desirableWeight", "10.0");
    assertThat(KtoSettings.of(settled.toMap())).isEqualTo(settled);
    assertThat(KtoSettings.of(Map.of("fromPairs", "never")).fromPairs()).isEqualTo(FromPairs.NEVER);
  }

  @Test
  void saysWhatAWeightMustBe() {
    assertThatThrownBy(() -> KtoSettings.of(Map.of("desirableWeight", "heavy")))
        .hasMessage("desirableWeight must be a number or auto, was 'heavy'");
    assertThatThrownBy(() -> KtoSettings.of(Map.of("undesirableWeight", "-1")))
        .hasMessage("undesirableWeight must be auto or from 0 to 100");
  }

  private static KtoSettings settings(String desirable, String undesirable) {
    var set = new HashMap<String, String>();
    set.put("desirableWeight", desirable);
    set.put("undesirableWeight", undesirable);
    return KtoSettings.of(set);
  }
}
