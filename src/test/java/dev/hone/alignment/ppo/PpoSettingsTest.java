package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.alignment.SettingsText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PpoSettingsTest {
  @Test
  void whatIsNotSetHasItsDefault() {
    var settings = PpoSettings.of(Map.of("advantage", "td_residual", "klTarget", "6"));
    assertThat(settings.algorithm()).isEqualTo(PolicyGradient.PPO);
    assertThat(settings.advantages().advantage()).isEqualTo(AdvantageKind.TD_RESIDUAL);
    assertThat(settings.advantages().valueTarget()).isEqualTo(ValueTarget.GAE);
    assertThat(settings.rewards().controller())
        .isEqualTo(new KlController.Adaptive(0.05, 6, 10_000));
    assertThat(settings.losses().loss()).isEqualTo(new Surrogate.Clipped(0.2, 0.2));
    assertThat(settings.training().epochs()).isEqualTo(2);
    assertThat(PpoSettings.of(Map.of()).rewards().controller())
        .isEqualTo(new KlController.Fixed(0.05));
  }

  @Test
  void anAlgorithmHasDefaultsOfItsOwnThatCanBeSet() {
    var grpo = PpoSettings.of(Map.of("algorithm", "grpo", "epochs", "3"));
    assertThat(grpo.rollouts().groupSize()).isEqualTo(8);
    assertThat(grpo.rollouts().prompts()).isEqualTo(4);
    assertThat(grpo.rewards().klCoefficient()).isZero();
    assertThat(grpo.losses().klLossCoefficient()).isEqualTo(0.04);
    assertThat(grpo.losses().aggregation()).isEqualTo(Aggregation.RESPONSE_MEAN);
    assertThat(grpo.training().epochs()).isEqualTo(3);
    var rloo = PpoSettings.of(Map.of("algorithm", "rloo", "groupSize", "2"));
    assertThat(rloo.rollouts().groupSize()).isEqualTo(2);
    assertThat(rloo.losses().loss()).isEqualTo(new Surrogate.Reinforce());
    assertThat(rloo.losses().aggregation()).isEqualTo(Aggregation.RESPONSE_SUM);
  }

  @Test
  void noValueClipIsAnEndlessRange() {
    assertThat(PpoSettings.of(Map.of()).losses().valueRange()).isEqualTo(0.2);
    assertThat(PpoSettings.of(Map.of("valueClip", "0")).losses().valueRange()).isInfinite();
  }

  @Test
  void aMapMakesTheSameSettingsAgain() {
    for (Map<String, String> set :
        List.of(
            Map.<String, String>of(),
            Map.of("algorithm", "grpo", "scaleByGroup", "false", "compute", "f32"),
            Map.of("algorithm", "rloo", "klEstimator", "k3", "seed", "-3"))) {
      var settings = PpoSettings.of(set);
      assertThat(PpoSettings.of(settings.toMap())).isEqualTo(settings);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "algorithm, a2c, 'algorithm must be one of ppo, grpo, rloo, was ''a2c'''",
    "advantage, gea, advantage must be one of return",
    "whitenRewards, yes, 'whitenRewards must be true or false, was ''yes'''",
    "groupSize, 5, groupSize must be at least 1 and a divisor of rolloutsPerStep",
    "temperature, 0, temperature must be above 0",
    "maxNewTokens, 384, maxNewTokens must be below maxTokens",
    "klCoefficient, NaN, klCoefficient must be from 0 to 10",
    "klLossEstimator, k1, klLossEstimator must be k2 or k3",
    "clipLow, 1, clipLow must be above 0 and below 1",
    "gamma, 1.1, gamma must be above 0 and at most 1",
    "lambda, -0.1, lambda must be from 0 to 1",
    "surrogate, reinforce, epochs must be 1 for reinforce",
    "cliprange, 0.2, unknown setting cliprange; there are algorithm"
  })
  void badSettingsAreRefusedByName(String name, String value, String message) {
    assertRefused(Map.of(name, value), message);
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefused() {
    assertRefused(Map.of("algorithm", "grpo", "groupSize", "1"), "groupSize must be at least 2");
    assertRefused(Map.of("klTarget", "6", "klHorizon", "31"), "klHorizon must be at least");
    assertRefused(Map.of("klTarget", "6", "klCoefficient", "0"), "klCoefficient must be above 0");
  }

  @ParameterizedTest
  @CsvSource({
    "algorithm=rloo clipLow=0.1, clipLow and clipHigh must be left alone",
    "algorithm=rloo clipHigh=0.3, clipLow and clipHigh must be left alone",
    "klHorizon=500, klHorizon must be left alone without klTarget",
    "klLossEstimator=k2, klLossEstimator must be left alone where klLossCoefficient is 0",
    "advantage=td_residual valueTarget=td lambda=0.9, lambda must be left alone"
  })
  void whatAnotherSettingLeavesWithoutEffectIsRefused(String set, String message) {
    assertRefused(SettingsText.read(set), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "algorithm=rloo surrogate=clipped clipLow=0.1",
        "klTarget=6.0 klHorizon=500",
        "klLossCoefficient=0.1 klLossEstimator=k2",
        "advantage=td_residual lambda=0.9"
      })
  void andTakenWhereItHasOne(String set) {
    assertThat(PpoSettings.of(SettingsText.read(set)).toMap())
        .containsAllEntriesOf(SettingsText.read(set));
  }

  @ParameterizedTest
  @CsvSource({
    "advantage, gae",
    "valueTarget, td",
    "gamma, 0.99",
    "lambda, 0.9",
    "whitenRewards, true",
    "valueClip, 0",
    "valueCoefficient, 0.5"
  })
  void whatIsForAValueNetworkIsRefusedWithoutOne(String name, String value) {
    assertThat(PpoSettings.of(Map.of(name, value)).toMap()).containsKey(name);
    for (String algorithm : List.of("grpo", "rloo")) {
      assertRefused(
          Map.of("algorithm", algorithm, name, value),
          "%s changes nothing in %s: it is for a value network, of which there is none"
              .formatted(name, algorithm));
      assertThat(PpoSettings.of(Map.of("algorithm", algorithm)).toMap()).doesNotContainKey(name);
    }
  }

  @Test
  void onlyGrpoScalesByTheGroup() {
    for (String algorithm : List.of("ppo", "rloo")) {
      assertRefused(
          Map.of("algorithm", algorithm, "scaleByGroup", "false"),
          "scaleByGroup changes nothing in %s: it is for the advantages of grpo"
              .formatted(algorithm));
      assertThat(PpoSettings.of(Map.of("algorithm", algorithm)).toMap())
          .doesNotContainKey("scaleByGroup");
    }
    assertThat(PpoSettings.of(Map.of("algorithm", "grpo")).toMap())
        .containsEntry("scaleByGroup", "true");
  }

  private static void assertRefused(Map<String, String> set, String message) {
    assertThatThrownBy(() -> PpoSettings.of(set))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
