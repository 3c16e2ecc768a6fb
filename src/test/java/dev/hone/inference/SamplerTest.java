package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
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
  void ofEquallyLikelyTokensGreedyTakesTheFirst() {
    float[] logits = {0, 7, 7, 7};
    var candidates = Candidates.of(logits, Shaping.plain(0), 4);
    assertThat(Sampler.draw(candidates, params(0, 1, 0), 0).token()).isEqualTo(1);
  }

  @Test
  void fewTokensListedOrAllTheDrawIsTheSame() {
    var random = new SplittableRandom(3);
    var asks =
        List.of(
            params(1, 1, 0),
            params(0.7, 0.9, 0),
            params(1.5, 1, 20),
            params(1, 0.5, 3),
            new SamplingParams(1, 0.95, 0, 0.02, 0, 1, List.of(), LogitBias.NONE, 0));
    for (int i = 0; i < 2000; i++) {
      float[] logits = new float[50];
      for (int token = 0; token < logits.length; token++) {
        logits[token] = (float) (4 * random.nextDouble());
      }
      var params = asks.get(i % asks.size());
      var shaping = Shaping.plain(params.temperature());
      double uniform = random.nextDouble();
      var few = Sampler.draw(Candidates.of(logits, shaping, 4), params, uniform);
      var all = Sampler.draw(Candidates.of(logits, shaping, 50), params, uniform);
      assertThat(few.token()).isEqualTo(all.token());
      assertThat(few.sampledLogprob()).isCloseTo(all.sampledLogprob(), within(1e-5f));
    }
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
    var params = new SamplingParams(1, 1, 0, 0.25, 0, 1, List.of(), LogitBias.NONE, 0);
    var shares = frequencies(params);
    assertThat(shares).containsOnlyKeys(0, 1, 3);
    assertThat(shares.get(1)).isCloseTo(0.5 / 0.95, within(0.01));
    assertThat(draw(params, 1).sampledLogprob()).isGreaterThan(ln(0.14));
  }

  @Test
  void topKTakesNoTokenThatMinPHasLeftOut() {
    var shares = frequencies(new SamplingParams(1, 1, 3, 0.5, 0, 1, List.of(), LogitBias.NONE, 0));
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
    var draw = Sampler.draw(Candidates.of(flat, Shaping.plain(1), 64), params(1, 0.5, 0), 0.4);
    assertThat(draw.sampledLogprob()).isCloseTo(ln(1 / 500.0), within(1e-5f));
  }

  @Test
  void theSameSeedDrawsTheSame() {
    assertThat(draw(params(1.3, 0.95, 3), 11)).isEqualTo(draw(params(1.3, 0.95, 3), 11));
  }

  @Test
  void logitsThatAreNotFiniteAreAFailure() {
    float[] broken = {Float.NaN, Float.NaN};
    var candidates = Candidates.of(broken, Shaping.plain(0), 2);
    assertThatThrownBy(() -> Sampler.draw(candidates, params(0, 1, 0), 0))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Sampler.Draw draw(SamplingParams params, long seed) {
    return draw(params, new SplittableRandom(seed));
  }

  private static Sampler.Draw draw(SamplingParams params, RandomGenerator random) {
    var candidates = Candidates.of(LOGITS, Shaping.plain(params.temperature()), 4);
    return Sampler.draw(candidates, params, random.nextDouble());
  }

  private static Map<Integer, Double> frequencies(SamplingParams params) {
    var random = new SplittableRandom(42);
    var shares = new HashMap<Integer, Double>();
    for (int i = 0; i < DRAWS; i++) {
      int token = draw(params, random).token();
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
