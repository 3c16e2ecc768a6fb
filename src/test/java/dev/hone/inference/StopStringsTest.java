package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  @Test
  void withoutStopStringsTextPassesAtOnce() {
    var stops = new StopStrings(List.of());
    assertThat(stops.push("abc")).isEqualTo("abc");
    assertThat(stops.flush()).isEmpty();
  }

  @Test
  void holdsBackWhatMayBecomeAStopAndReleasesItWhenNot() {
    var stops = new StopStrings(List.of("END"));
    assertThat(stops.push("the E")).isEqualTo("the ");
    assertThat(stops.push("N")).isEmpty();
    assertThat(stops.push("ough")).isEqualTo("ENough");
    assertThat(stops.met()).isFalse();
  }

  @Test
  void cutsBeforeAStopThatArrivesInParts() {
    var stops = new StopStrings(List.of("\n\n", "END"));
    assertThat(stops.push("a\n")).isEqualTo("a");
    assertThat(stops.push("\nmore")).isEmpty();
    assertThat(stops.met()).isTrue();
    assertThat(stops.flush()).isEmpty();
  }

  @Test
  void theEarliestStopCuts() {
    var stops = new StopStrings(List.of("z", "b"));
    assertThat(stops.push("abcz")).isEqualTo("a");
  }

  @Test
  void aStopThatOverlapsItselfIsFound() {
    var stops = new StopStrings(List.of("aab"));
    assertThat(stops.push("aa")).isEmpty();
    assertThat(stops.push("ab!")).isEqualTo("a");
    assertThat(stops.met()).isTrue();
  }

  @Test
  void whatIsHeldAtTheEndBelongsToTheAnswer() {
    var stops = new StopStrings(List.of("stop"));
    assertThat(stops.push("non-st")).isEqualTo("non-");
    assertThat(stops.flush()).isEqualTo("st");
  }
}
