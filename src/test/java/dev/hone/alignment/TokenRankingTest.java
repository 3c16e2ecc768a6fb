package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRankingTest {
  @Test
  void aPairIsTwoAnswersOneApart() {
    var ranking =
        TokenRanking.of(TokenPair.of(new int[] {1, 2}, new int[] {3}, new int[] {4, 5, 6}));
    assertThat(ranking.answers()).containsExactly(new int[] {3}, new int[] {4, 5, 6});
    assertThat(ranking.ratings()).containsExactly(1, 0);
    var batch = TokenExample.batch(List.of(ranking, ranking));
    assertThat(batch.targets()).containsExactly(3, 4, 5, 6, 3, 4, 5, 6);
    assertThat(batch.rowCount()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, no answer is rated higher",
    "1, NaN, a rating is no number",
    "1, Infinity, a rating is no number"
  })
  void ratingsThatPreferNothingAreRefused(double first, double second, String message) {
    assertThatThrownBy(
            () ->
                TokenRanking.of(
                    new int[1], List.of(new int[1], new int[1]), new double[] {first, second}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everyAnswerHasTokensAndARating() {
    assertThatThrownBy(() -> TokenRanking.of(new int[1], List.of(new int[1]), new double[] {1, 2}))
        .hasMessage("1 answers have 2 ratings");
    assertThatThrownBy(
            () -> TokenRanking.of(new int[1], List.of(new int[1], new int[0]), new double[] {1, 2}))
        .hasMessageContaining("at least one token");
  }
}
