package dev.hone.preference;

import static dev.hone.preference.PairSource.IMPORTED;
import static dev.hone.preference.PairSource.VOTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixtureTest {
  @Test
  void theSourceThatRunsOutFirstDecides() {
    assertThat(Mixture.of("votes:0.5,imported:0.5").quota(Map.of(VOTES, 30, IMPORTED, 1_000)))
        .isEqualTo(Map.of(VOTES, 30, IMPORTED, 30));
    assertThat(Mixture.of("votes:1, imported:3").quota(Map.of(VOTES, 500, IMPORTED, 100)))
        .isEqualTo(Map.of(VOTES, 33, IMPORTED, 100));
  }

  @Test
  void aSourceThatHasNothingLeavesItsShareToTheOthers() {
    assertThat(Mixture.of("votes:0.5,imported:0.5").quota(Map.of(IMPORTED, 100)))
        .isEqualTo(Map.of(IMPORTED, 100));
  }

  @Test
  void aSourceThatIsNotNamedIsLeftOut() {
    assertThat(Mixture.of("votes:2").quota(Map.of(VOTES, 7, IMPORTED, 100)))
        .isEqualTo(Map.of(VOTES, 7, IMPORTED, 0));
    assertThat(Mixture.of("votes:0,imported:1").quota(Map.of(VOTES, 7)))
        .isEqualTo(Map.of(VOTES, 0));
  }

  @Test
  void readsWhatItWrites() {
    var mixture = Mixture.of("votes:0.25,imported:3");
    assertThat(Mixture.of(mixture.toString())).isEqualTo(mixture);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "votes",
        "votes:",
        "votes:much",
        "votes:NaN",
        "votes:-1",
        "votes:0",
        "rumours:1",
        "votes:1,votes:2",
        "votes:1,",
        "votes:1:2"
      })
  void refusesWhatIsNoMixture(String text) {
    assertThatThrownBy(() -> Mixture.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mixture");
  }
}
