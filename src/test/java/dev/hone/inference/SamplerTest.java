package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {
  /** Probabilities 0.5, 0.3, 0.15, 0.05. */
  private static final float[] LOGITS = {ln(0.15), ln(0.5), ln(0.05), ln(0.3)};

  private static final int DRAWS = 40_000;

  @Test
  void greedyTakesTheLikeliestAndReportsItsRawProbability() {
    var draw = draw(params(0, 1, 0), 1);
    assertThat(draw.token()).isEqualTo(1);
    assertThat(draw.logprob()).isCloseTo(ln(0.5), within(1e-6f));
    assertThat(draw.sampledLogprob()).isZero();
  }

  @Test
  void readsOnlyItsOwnRow() {
    float[] rows = {9, 9, 0, 5, 0, 0};
    var draw = Sampler.draw(rows, 2, 3, params(0, 1, 0), new SplittableRandom(1));
    assertThat(draw.token()).isEqualTo(1);
  }

  @Test
  void plainSamplingFollowsTheModel() {
    assertThat(frequencies(params(1, 1, 0)))
        .allSatisfy((token, share) -> assertThat(share).isCloseTo(p(token), within(0.01)));
  }

  @Test
  void bothLogprobsAgreeWhenNothingIsFiltered() {
    var draw = draw(params(1, 1, 0), 7);
    assertThat(draw.sampledLogprob()).isCloseTo(draw.logprob(), within(1e-6f));
  }

  @Test
  void temperatureSharpens() {
    // p^2 normalised: 0.25 / 0.365
    assertThat(frequencies(params(0.5, 1, 0)).get(1)).isCloseTo(0.25 / 0.365, within(0.01));
  }

  @Test
  void topKKeepsTheKLikeliestAndRenormalises() {
    var shares = frequencies(params(1, 1, 2));
    assertThat(shares).containsOnlyKeys(1, 3);
    assertThat(shares.get(1)).isCloseTo(0.5 / 0.8, within(0.01));
  }

  @Test
  void minPKeepsWhatIsNotMuchLessLikelyThanTheLikeliest() {
    var params = new SamplingParams(1, 1, 0, 0.25, 0, 1, List.of(), LogitBias.NONE);
    var shares = frequencies(params);
    assertThat(shares).containsOnlyKeys(0, 1, 3);
    assertThat(shares.get(1)).isCloseTo(0.5 / 0.95, within(0.01));
    assertThat(draw(params, 1).sampledLogprob()).isGreaterThan(ln(0.14));
  }

  @Test
  void topKTakesNoTokenThatMinPHasLeftOut() {
    var shares = frequencies(new SamplingParams(1, 1, 3, 0.5, 0, 1, List.of(), LogitBias.NONE));
    assertThat(shares).containsOnlyKeys(1, 3);
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesTheMass() {
    assertThat(frequencies(params(1, 0.79, 0))).containsOnlyKeys(1, 3);
    assertThat(frequencies(params(1, 0.81, 0))).containsOnlyKeys(0, 1, 3);
    assertThat(frequencies(params(1, 0.01, 0))).containsOnlyKeys(1);
  }

  @Test
  void topPCountsWithinWhatTopKKept() {
    // After top-k 2 the likeliest has 0.625 of the mass.
    assertThat(frequencies(params(1, 0.6, 2))).containsOnlyKeys(1);
  }

  @Test
  void sampledLogprobIsThatOfTheDistributionDrawnFrom() {
    var draw = draw(params(1, 1, 2), 3);
    double kept = p(draw.token()) / 0.8;
    assertThat(draw.sampledLogprob()).isCloseTo(ln(kept), within(1e-6f));
    assertThat(draw.logprob()).isCloseTo(ln(p(draw.token())), within(1e-6f));
  }

  @Test
  void topPOverAFlatDistributionSortsAll() {
    float[] flat = new float[1000];
    var draw = Sampler.draw(flat, 0, 1000, params(1, 0.5, 0), new SplittableRandom(5));
    assertThat(draw.sampledLogprob()).isCloseTo(ln(1 / 500.0), within(1e-5f));
  }

  @Test
  void theSameSeedDrawsTheSame() {
    assertThat(draw(params(1.3, 0.95, 3), 11)).isEqualTo(draw(params(1.3, 0.95, 3), 11));
  }

  @Test
  void logitsThatAreNotFiniteAreAFailure() {
    float[] broken = {Float.NaN, Float.NaN};
    assertThatThrownBy(() -> Sampler.draw(broken, 0, 2, params(0, 1, 0), new SplittableRandom(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Sampler.Draw draw(SamplingParams params, long seed) {
    return Sampler.draw(LOGITS, 0, LOGITS.length, params, new SplittableRandom(seed));
  }

  private static Map<Integer, Double> frequencies(SamplingParams params) {
    var random = new SplittableRandom(42);
    var shares = new HashMap<Integer, Double>();
    for (int i = 0; i < DRAWS; i++) {
      int token = Sampler.draw(LOGITS, 0, LOGITS.length, params, random).token();
      shares.merge(token, 1.0 / DRAWS, Double::sum);
    }
    return shares;
  }

  private static SamplingParams params(double temperature, double topP, int topK) {
    return new SamplingParams(temperature, topP, topK, 0, 1, List.of());
  }

  private static double p(int token) {
    return Math.exp(LOGITS[token]);
  }

  private static float ln(double p) {
    return (float) Math.log(p);
  }
}
