package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a plan that ends in no version. */
class MadeTest {
  private static final Made NOTHING =
      new Made(new Made.Policy("base", Optional.empty()), Optional.empty(), Optional.empty());

  @Test
  void aRewardModelIsNamedWithWhereToLook() {
    assertThat(NOTHING.withRewardModel("rm-r1-0123abcd").words())
        .startsWith("made the reward model rm-r1-0123abcd;")
        .contains("hone reward-models");
  }
}
