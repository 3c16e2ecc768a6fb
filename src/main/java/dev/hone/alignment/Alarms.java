package dev.hone.alignment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Stops a training whose figures say that it goes wrong. Looks at whatever of them it has. */
public final class Alarms {
  static final String MAX_KL = "hone.loop.alarms.max-kl";
  static final String LENGTH_FACTOR = "hone.loop.alarms.length-factor";
  static final String ACCURACY_DROP = "hone.loop.alarms.accuracy-drop";

  private static final String HELD_OUT_KL = "eval/kl";

  /** KL to the reference in nats an answer: of trainings by reward, of KTO, on held-out answers. */
  private static final List<String> KLS = List.of("objective/kl", "kl", HELD_OUT_KL);

  private static final String LENGTH = "completions/mean_length";

  /** What a training makes large, whichever it has. */
  private static final List<String> REWARDS =
      List.of("objective/scores", "rewards/margins", "margin");

  private static final String ACCURACY = HeldOutReadings.ACCURACY;
  private static final String PAIRS = HeldOutReadings.PAIRS;

  /** Tokens that an answer may become longer or shorter by anyway: short ones have high ratios. */
  private static final double SHORT = 32;

  /** Lengths of a single step say little. */
  private static final int LENGTH_STEPS = 5;

  /** One low reading may be chance. */
  private static final int LOW_READINGS = 2;

  /** Accuracy on held-out pairs, with the mean reward of the steps since the reading before. */
  private record Reading(double accuracy, double reward) {}

  private Alarms() {}

  /**
   * Looks at the newest step in the light of those before it.
   *
   * @param steps all so far, oldest first; the newest has not raised an alarm yet
   * @throws TrainingException as {@link #checkNumbers} has it; {@code alarm_kl}; {@code
   *     alarm_length} where the answers of the last five steps have another mean length than those
   *     of the first five; {@code alarm_reward} where the two last held-out accuracies are below
   *     the best one, by more than chance on so many pairs, and the reward is above what it was
   *     there
   */
  public static void check(List<StepReport> steps, AlarmLimits limits) {
    checkNumbers(steps.getLast());
    if (limits.maxKl() > 0) {
      checkKl(steps.getLast(), limits.maxKl());
    }
    if (limits.lengthFactor() > 0) {
      checkLength(steps, limits.lengthFactor());
    }
    if (limits.accuracyDrop() > 0) {
      checkReward(steps, limits.accuracyDrop());
    }
  }

  /**
   * Needs no limit.
   *
   * @throws TrainingException {@code diverged} when the loss or the gradient is no number, {@code
   *     alarm_nan} when a metric is none
   */
  static void checkNumbers(StepReport step) {
    if (!Double.isFinite(step.loss()) || !Double.isFinite(step.gradientNorm())) {
      throw new TrainingException(
          "diverged",
          "step %d has loss %s and gradient %s; a smaller learningRate may help"
              .formatted(step.step(), step.loss(), step.gradientNorm()));
    }
    step.metrics()
        .forEach(
            (name, value) -> {
              if (!Double.isFinite(value)) {
                throw new TrainingException(
                    "alarm_nan",
                    "alarm at step %d: %s is %s; a smaller learningRate may help"
                        .formatted(step.step(), name, value));
              }
            });
  }

  private static void checkKl(StepReport step, double limit) {
    for (String name : KLS) {
      Double kl = step.metrics().get(name);
      if (kl != null && kl > limit && (!name.equals(HELD_OUT_KL) || isHeld(step))) {
        throw alarm(
            "alarm_kl",
            step,
            "%s is %.4g nats, above %s of %.4g".formatted(name, kl, MAX_KL, limit),
            MAX_KL);
      }
    }
  }

  /** Whether a training is held to its parent: SFT, which has no reward, is to leave it. */
  private static boolean isHeld(StepReport step) {
    var metrics = step.metrics();
    return metrics.containsKey("kl") || REWARDS.stream().anyMatch(metrics::containsKey);
  }

  private static void checkLength(List<StepReport> steps, double factor) {
    double[] lengths =
        steps.stream()
            .map(step -> step.metrics().get(LENGTH))
            .filter(length -> length != null)
            .mapToDouble(length -> length)
            .toArray();
    if (lengths.length < 2 * LENGTH_STEPS || !steps.getLast().metrics().containsKey(LENGTH)) {
      return;
    }
    double before = mean(lengths, 0);
    double now = mean(lengths, lengths.length - LENGTH_STEPS);
    boolean far = now > before * factor || now < before / factor;
    if (far && Math.abs(now - before) > SHORT) {
      throw alarm(
          "alarm_length",
          steps.getLast(),
          "answers have %.4g tokens, at first %.4g: further apart than %s of %.4g"
              .formatted(now, before, LENGTH_FACTOR, factor),
          LENGTH_FACTOR);
    }
  }

  private static double mean(double[] lengths, int from) {
    double sum = 0;
    for (int i = from; i < from + LENGTH_STEPS; i++) {
      sum += lengths[i];
    }
    return sum / LENGTH_STEPS;
  }

  /**
   * Two standard errors of a share of so many: 2 sqrt(1/4 / n), at n = 64 0.13, at n = 4 a half.
   */
  private static double chance(double pairs) {
    return 1 / Math.sqrt(pairs);
  }

  private static void checkReward(List<StepReport> steps, double wanted) {
    Double pairs = steps.getLast().metrics().get(PAIRS);
    if (pairs == null) {
      return;
    }
    double drop = Math.max(wanted, chance(pairs));
    var readings = readings(steps);
    if (readings.isEmpty()) {
      return;
    }
    var best = readings.getFirst();
    for (Reading reading : readings) {
      best = reading.accuracy > best.accuracy ? reading : best;
    }
    var last = readings.subList(Math.max(0, readings.size() - LOW_READINGS), readings.size());
    for (Reading reading : last) {
      if (reading.accuracy >= best.accuracy - drop || reading.reward <= best.reward) {
        return;
      }
    }
    throw alarm(
        "alarm_reward",
        steps.getLast(),
        "the reward has risen from %.4g to %.4g while held-out accuracy fell from %.3f to %.3f, by more than %.4g (%s, and more than chance)"
            .formatted(
                best.reward,
                last.getLast().reward,
                best.accuracy,
                last.getLast().accuracy,
                drop,
                ACCURACY_DROP),
        ACCURACY_DROP);
  }

  /** Those of steps that have an accuracy; a reading without any reward is left out. */
  private static List<Reading> readings(List<StepReport> steps) {
    var readings = new ArrayList<Reading>();
    var rewards = new ArrayList<Double>();
    for (StepReport step : steps) {
      reward(step).ifPresent(rewards::add);
      Double accuracy = step.metrics().get(ACCURACY);
      if (accuracy == null) {
        continue;
      }
      OptionalDouble mean = rewards.stream().mapToDouble(reward -> reward).average();
      mean.ifPresent(reward -> readings.add(new Reading(accuracy, reward)));
      rewards.clear();
    }
    return readings;
  }

  private static Optional<Double> reward(StepReport step) {
    return REWARDS.stream().map(step.metrics()::get).filter(reward -> reward != null).findFirst();
  }

  private static TrainingException alarm(
      String code, StepReport step, String what, String setting) {
    return new TrainingException(
        code,
        "alarm at step %d: %s; resumed, it goes on from the last checkpoint and stops here again unless the server was started with another %s"
            .formatted(step.step(), what, setting));
  }
}
