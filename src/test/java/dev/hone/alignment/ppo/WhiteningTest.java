package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  @Test
  void ofABatchOfUnequalLengthsItIsThatOfPytorch() {
    var rows = Golden.rows("whitening");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      var whitened =
          Whitening.of(Golden.responses(row.path("numbers")), row.path("shiftMean").asBoolean());
      for (int i = 0; i < whitened.size(); i++) {
        Golden.assertClose(whitened.get(i), row.path("whitened").get(i));
      }
    }
  }

  @Test
  void numbersThatDoNotVaryBecomeTheirMean() {
    for (var same : List.of(List.of(new double[] {5}), List.of(new double[] {5, 5}))) {
      assertThat(Whitening.of(same, true).getFirst()[0]).isCloseTo(0, within(1e-12));
      assertThat(Whitening.of(same, false).getFirst()[0]).isCloseTo(5, within(1e-12));
    }
  }
}
