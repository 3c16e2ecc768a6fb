package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.NextTokens;
import dev.hone.model.PromptRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowPartsTest {
  private static final int FULL = 7;

  @Test
  void eachPartHasItsRowsAndKnowsWhereTheirLogitsBelong() {
    var next = NextTokens.first(new int[] {10, 11, 12}, new int[] {4, 5, 6});
    var runs =
        List.of(
            new PromptRun(3, 0, new int[] {1, 2, 3}, 2),
            new PromptRun(4, 0, new int[] {4}, 0),
            new PromptRun(5, 9, new int[] {5, 6}, 1));
    int[] versions = {FULL, 1, 0, 2, FULL, FULL};
    var parts =
        RowParts.of(new Pass.Rows(next, runs, versions), version -> version == FULL ? FULL : 0);
    assertThat(parts.each()).extracting(RowParts.Part::weights).containsExactly(FULL, 0);
    var full = parts.each().getFirst().rows();
    assertThat(full.next().slots()).isEmpty();
    assertThat(full.next().tokens()).containsExactly(10);
    assertThat(full.runs()).containsExactly(runs.get(1), runs.get(2));
    assertThat(full.versions()).containsExactly(FULL, FULL, FULL);
    var rest = parts.each().getLast().rows();
    assertThat(rest.next().slots()).containsExactly(1, 2);
    assertThat(rest.next().tokens()).containsExactly(11, 12);
    assertThat(rest.next().positions()).containsExactly(5, 6);
    assertThat(rest.runs()).containsExactly(runs.getFirst());
    assertThat(rest.versions()).containsExactly(1, 0, 2);
    // The full part's are the token's and the last run's; then come two tokens' and two of a run.
    assertThat(parts.places()).containsExactly(0, 2, 3, 4, 5, 1);
  }
}
