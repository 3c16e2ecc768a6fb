package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DraftingTest {
  /** Ends with eight characters that it has twice before, and with nine of one of them. */
  private static final int[] TEXT = "a red house, no red hou, a red hou".chars().toArray();

  private final Drafting drafting = new Drafting();

  @Test
  void whileDraftsComeTrueTheyGrow() {
    assertThat(next()).hasSize(4);
    drafting.verified(4, 4);
    assertThat(next()).hasSize(8);
    drafting.verified(8, 8);
    assertThat(next()).hasSize(8);
  }

  @Test
  void aDraftIsNextTimeOneLongerThanWhatCameTrue() {
    drafting.verified(4, 2);
    assertThat(next()).hasSize(3);
  }

  @Test
  void whatNeverComesTrueIsOnlyGuessedAfterLongerMatches() {
    drafting.verified(4, 0);
    assertThat(next()).hasSize(2);
    drafting.verified(2, 0);
    assertThat(next()).hasSize(1);
    drafting.verified(1, 0);
    assertThat(next()).isEmpty();
  }

  @Test
  void whatComesTrueAllowsShortMatchesAgain() {
    for (int i = 0; i < 9; i++) {
      drafting.verified(1, 0);
    }
    assertThat(next()).isEmpty();
    drafting.verified(1, 1);
    assertThat(next()).hasSize(2);
  }

  @Test
  void noDraftTeachesNothing() {
    drafting.verified(0, 0);
    assertThat(next()).hasSize(4);
  }

  private int[] next() {
    return drafting.next(TEXT, TEXT.length, 100);
  }
}
