package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class GroupAdvantagesTest {
  @Test
  void allKindsAreThoseOfPytorch() {
    var rows = Golden.rows("groups");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      double[] rewards = Golden.numbers(row.path("rewards"));
      Golden.assertClose(GroupAdvantages.grpo(rewards, true), row.path("grpo"));
      Golden.assertClose(GroupAdvantages.grpo(rewards, false), row.path("unscaled"));
      Golden.assertClose(GroupAdvantages.rloo(rewards), row.path("rloo"));
    }
  }

  @Test
  void aGroupThatEarnsTheSameTeachesNothing() {
    double[] same = {0.1, 0.1, 0.1};
    double[] none = new double[3];
    assertThat(GroupAdvantages.grpo(same, true)).containsExactly(none, within(1e-12));
    assertThat(GroupAdvantages.rloo(same)).containsExactly(none, within(1e-12));
  }

  @Test
  void aResponseAloneHasNothingToBeHeldAgainst() {
    double[] alone = {1};
    assertThatThrownBy(() -> GroupAdvantages.rloo(alone))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a group has 2 responses or more, not 1");
    assertThatThrownBy(() -> GroupAdvantages.grpo(alone, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
