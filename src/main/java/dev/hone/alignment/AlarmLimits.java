package dev.hone.alignment;

import static dev.hone.alignment.SettingsReader.require;

/**
 * Beyond what a training is stopped; 0 for no such alarm. See {@link Alarms}.
 *
 * @param maxKl in nats an answer
 * @param lengthFactor by which answers may have become longer or shorter, above 1
 * @param accuracyDrop share of held-out pairs by which the accuracy may fall while the reward rises
 */
public record AlarmLimits(double maxKl, double lengthFactor, double accuracyDrop) {
  public static final AlarmLimits NONE = new AlarmLimits(0, 0, 0);

  public AlarmLimits {
    require(maxKl >= 0, Alarms.MAX_KL, "0 or more");
    require(lengthFactor == 0 || lengthFactor > 1, Alarms.LENGTH_FACTOR, "0 or above 1");
    require(
        accuracyDrop >= 0 && accuracyDrop < 1, Alarms.ACCURACY_DROP, "a share from 0 to below 1");
  }
}
