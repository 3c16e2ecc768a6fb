package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AggregationTest {
  @Test
  void aLongResponsesTokensCountAsItsKindHasIt() {
    int[] lengths = {1, 3, 6};
    assertThat(Aggregation.TOKEN_MEAN.weights(lengths, 8))
        .containsExactly(new double[] {0.1, 0.1, 0.1}, within(1e-12));
    assertThat(Aggregation.RESPONSE_MEAN.weights(lengths, 8))
        .containsExactly(new double[] {1 / 3.0, 1 / 9.0, 1 / 18.0}, within(1e-12));
    assertThat(Aggregation.MAX_TOKENS.weights(lengths, 8))
        .containsExactly(new double[] {1 / 24.0, 1 / 24.0, 1 / 24.0}, within(1e-12));
    assertThat(Aggregation.RESPONSE_SUM.weights(lengths, 8))
        .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-12));
  }
}
