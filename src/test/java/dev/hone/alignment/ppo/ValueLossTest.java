package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class ValueLossTest {
  @Test
  void lossSlopesAndShareClippedAreThoseOfPytorch() {
    var rows = Golden.rows("value");
    assertThat(rows).hasSize(3);
    for (JsonNode row : rows) {
      var values = Golden.responses(row.path("values"));
      int[] lengths = Golden.lengths(values);
      double[] weights = Aggregation.TOKEN_MEAN.weights(lengths, 16);
      double loss = 0;
      double clipped = 0;
      int tokens = 0;
      for (int i = 0; i < lengths.length; i++) {
        var part =
            ValueLoss.of(
                values.get(i),
                Golden.numbers(row.path("old").get(i)),
                Golden.numbers(row.path("targets").get(i)),
                row.path("range").asDouble(),
                weights[i]);
        loss += part.loss();
        clipped += part.clipped();
        tokens += lengths[i];
        Golden.assertClose(part.slopes(), row.path("slopes").get(i));
      }
      Golden.assertClose(loss, row.path("loss"));
      Golden.assertClose(clipped / tokens, row.path("clipFraction"));
    }
  }

  @Test
  void withoutARangeItIsHalfTheSquaredError() {
    var loss =
        ValueLoss.of(
            new double[] {5}, new double[] {-100}, new double[] {2}, Double.POSITIVE_INFINITY, 1);
    assertThat(loss.loss()).isEqualTo(4.5);
    assertThat(loss.slopes()).containsExactly(3);
    assertThat(loss.clipped()).isZero();
  }

  @Test
  void aValueThatLeftItsRangeTowardsTheTargetRestsAndAwayFromItIsDrawnBack() {
    double[] old = {0, 0};
    double[] targets = {2, -2};
    var loss = ValueLoss.of(new double[] {1, 1}, old, targets, 0.25, 1);
    assertThat(loss.loss()).isCloseTo(0.5 * (1.75 * 1.75 + 9), within(1e-12));
    assertThat(loss.slopes()).containsExactly(0, 3);
    assertThat(loss.clipped()).isEqualTo(1);
  }
}
