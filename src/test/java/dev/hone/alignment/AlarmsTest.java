package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class AlarmsTest {
  private static final AlarmLimits LIMITS = new AlarmLimits(10, 2, 0.1);
  private static final String LENGTH = "completions/mean_length";

  @Test
  void aMetricThatIsNoNumber() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Alarms.checkNumbers(step(3, Map.of("rewards/margins", value))))
          .isInstanceOfSatisfying(
              TrainingException.class, e -> assertThat(e.code()).isEqualTo("alarm_nan"))
          .hasMessageContaining("step 3: rewards/margins is " + value);
    }
    Alarms.checkNumbers(step(3, Map.of("rewards/margins", -1e300)));
  }

  @Test
  void aLossOrAGradientThatIsNoNumber() {
    var loss = new StepReport(1, 9, Double.NaN, 1e-4, 1, 1, 1, Map.of());
    var gradient = new StepReport(1, 9, 1, 1e-4, Double.NEGATIVE_INFINITY, 1, 1, Map.of());
    for (var step : List.of(loss, gradient)) {
      assertThatThrownBy(() -> Alarms.checkNumbers(step))
          .isInstanceOfSatisfying(
              TrainingException.class, e -> assertThat(e.code()).isEqualTo("diverged"));
    }
  }

  @Test
  void whatIsNoNumberIsAboveNoLimit() {
    var endless = List.of(step(4, Map.of("kl", Double.POSITIVE_INFINITY)));
    assertAlarm("alarm_nan", endless).contains("step 4: kl is Infinity");
  }

  @Test
  void klAboveItsLimit() {
    for (String name : List.of("objective/kl", "kl", "eval/kl")) {
      assertAlarm("alarm_kl", List.of(step(4, Map.of(name, 10.5, "rewards/margins", 0.1))))
          .contains("step 4", name + " is 10.50 nats", "hone.loop.alarms.max-kl of 10.00");
      assertQuiet(List.of(step(4, Map.of(name, 10.0))));
      assertQuiet(List.of(step(4, Map.of(name, -50.0))));
    }
    // SFT, which learns no reward, may leave its parent.
    assertQuiet(List.of(step(4, Map.of("eval/kl", 10.5))));
  }

  @Test
  void answersThatHaveBecomeTooLongOrTooShort() {
    var first = DoubleStream.of(20, 30, 20, 30, 25);
    assertAlarm("alarm_length", lengths(DoubleStream.concat(first, same(58, 5))))
        .contains("answers have 58.00 tokens, at first 25.00", "hone.loop.alarms.length-factor");
    assertAlarm("alarm_length", lengths(DoubleStream.concat(same(65, 5), same(32, 5))));
    // Few tokens are few, whatever the factor.
    assertQuiet(lengths(DoubleStream.concat(same(25, 5), same(5, 5))));
  }

  @Test
  void lengthsWithinTheFactorOrOfTooFewSteps() {
    assertQuiet(lengths(DoubleStream.concat(same(25, 5), same(50, 5))));
    assertQuiet(lengths(DoubleStream.concat(same(25, 5), same(99, 1))));
    assertQuiet(lengths(DoubleStream.concat(same(25, 5), same(99, 4))));
  }

  @Test
  void aRewardThatRisesWhileHeldOutAccuracyFalls() {
    for (String reward : List.of("objective/scores", "rewards/margins", "margin")) {
      var steps = new ArrayList<>(List.of(reading(1, reward, 0, 0.6), reading(2, reward, 1, 0.7)));
      steps.add(step(3, Map.of(reward, 2.0)));
      steps.add(reading(4, reward, 3, 0.55));
      assertQuiet(steps);
      steps.add(reading(5, reward, 4, 0.58));
      assertAlarm("alarm_reward", steps)
          .contains("from 1.000 to 4.000", "from 0.700 to 0.580", "hone.loop.alarms.accuracy-drop");
    }
  }

  @Test
  void anAccuracyThatFallsWithTheRewardOrALittleOrOnce() {
    String reward = "objective/scores";
    var best = reading(1, reward, 1, 0.7);
    assertQuiet(List.of(best, reading(2, reward, 0.5, 0.5), reading(3, reward, 0.5, 0.5)));
    assertQuiet(List.of(best, reading(2, reward, 2, 0.61), reading(3, reward, 3, 0.61)));
    assertQuiet(List.of(best, reading(2, reward, 2, 0.5), reading(3, reward, 3, 0.65)));
    assertQuiet(
        List.of(
            best,
            reading(2, reward, 2, 0.5),
            step(3, Map.of(reward, 3.0)),
            step(4, Map.of(reward, 3.0))));
    assertQuiet(
        List.of(
            step(1, Map.of("eval/accuracy", 0.9, "eval/pairs", 1000.0)),
            step(2, Map.of("eval/accuracy", 0.0, "eval/pairs", 1000.0))));
  }

  @Test
  void anAccuracyOnFewPairsThatFallsByChance() {
    for (int pairs : new int[] {1, 3, 6}) {
      Alarms.check(fall(pairs), LIMITS);
    }
    assertThatThrownBy(() -> Alarms.check(fall(7), LIMITS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("by more than 0.3780 (hone.loop.alarms.accuracy-drop, and more than");
  }

  @Test
  void withoutLimitsThereAreNone() {
    Alarms.check(List.of(step(1, Map.of("objective/kl", 1e9))), AlarmLimits.NONE);
    Alarms.check(lengths(DoubleStream.concat(same(1, 5), same(1e6, 5))), AlarmLimits.NONE);
  }

  @Test
  void aLimitThatIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AlarmLimits(-1, 0, 0))
        .withMessage("hone.loop.alarms.max-kl must be 0 or more");
    assertThatIllegalArgumentException().isThrownBy(() -> new AlarmLimits(0, 0.5, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new AlarmLimits(0, 0, 1));
  }

  private static AbstractStringAssert<?> assertAlarm(String code, List<StepReport> steps) {
    var thrown = catchThrowableOfType(TrainingException.class, () -> Alarms.check(steps, LIMITS));
    assertThat(thrown).as("alarm").isNotNull();
    assertThat(thrown.code()).isEqualTo(code);
    return assertThat(thrown.getMessage());
  }

  private static void assertQuiet(List<StepReport> steps) {
    Alarms.check(steps, LIMITS);
  }

  private static DoubleStream same(double value, int count) {
    return DoubleStream.generate(() -> value).limit(count);
  }

  private static List<StepReport> lengths(DoubleStream lengths) {
    var steps = new ArrayList<StepReport>();
    lengths.forEach(length -> steps.add(step(steps.size() + 1, Map.of(LENGTH, length))));
    return steps;
  }

  private static StepReport reading(int step, String reward, double value, double accuracy) {
    return reading(step, reward, value, accuracy, 1000);
  }

  private static StepReport reading(
      int step, String reward, double value, double accuracy, double pairs) {
    return step(step, Map.of(reward, value, "eval/accuracy", accuracy, "eval/pairs", pairs));
  }

  /** While the reward rises. */
  private static List<StepReport> fall(int pairs) {
    String reward = "rewards/margins";
    return List.of(
        reading(1, reward, 0, 0.5, pairs),
        reading(2, reward, 1, 0.1, pairs),
        reading(3, reward, 2, 0.1, pairs));
  }

  private static StepReport step(int step, Map<String, Double> metrics) {
    return new StepReport(step, 9, 0.6, 1e-4, 1, 2, 3, metrics);
  }
}
