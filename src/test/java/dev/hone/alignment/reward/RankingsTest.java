package dev.hone.alignment.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TokenRanking;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingsTest {
  private static final int[] PROMPT = {7, 8};
  private static final int[] A = {1};
  private static final int[] B = {2, 3};
  private static final int[] C = {4};

  @Test
  void allPairsOfARankingAreOneElement() {
    var rankings = Rankings.of(List.of(pair(A, B), pair(B, C), pair(A, C), pair(A, C)));
    assertThat(rankings).hasSize(1);
    var ranking = rankings.getFirst();
    assertThat(ranking.answers()).containsExactly(A, B, C);
    assertThat(ranking.ratings()).containsExactly(2, 1, 0);
  }

  @Test
  void oneThatIsLikedMostOfSeveralIsARankingWithTies() {
    var ranking = Rankings.of(List.of(pair(A, B), pair(A, C))).getFirst();
    assertThat(ranking.ratings()).containsExactly(2, 0, 0);
  }

  @Test
  void whatIsNoRankingStaysPairs() {
    var circle = List.of(pair(A, B), pair(B, C), pair(C, A));
    assertThat(Rankings.of(circle).stream().map(TokenRanking::key).toList())
        .isEqualTo(circle.stream().map(pair -> TokenRanking.of(pair).key()).toList());
    // A chain whose ends nobody compared.
    assertThat(Rankings.of(List.of(pair(A, B), pair(B, C)))).hasSize(2);
  }

  @Test
  void oneOverHundredsStaysPairs() {
    var star = IntStream.range(10, 210).mapToObj(id -> pair(A, new int[] {id}));
    assertThat(Rankings.of(star.toList())).hasSize(200);
  }

  @Test
  void promptsStayApart() {
    var other = TokenPair.of(new int[] {9}, A, B);
    assertThat(Rankings.of(List.of(pair(A, B), other, pair(A, C)))).hasSize(2);
  }

  private static TokenPair pair(int[] chosen, int[] rejected) {
    return TokenPair.of(PROMPT, chosen, rejected);
  }
}
