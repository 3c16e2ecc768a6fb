package dev.hone.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void theFirstChoiceHasTheSeedItselfAndTheOthersEachTheirOwn() {
    assertThat(Seeds.ofChoice(42, 0)).isEqualTo(42);
    assertThat(IntStream.range(0, 16).mapToLong(i -> Seeds.ofChoice(42, i)).distinct().count())
        .isEqualTo(16);
    assertThat(Seeds.ofChoice(42, 3)).isEqualTo(Seeds.ofChoice(42, 3));
    assertThat(Seeds.ofChoice(0, 1)).isEqualTo(0xE220A8397B1DCDAFL);
  }
}
