package dev.hone.api;

import dev.hone.loop.Round;
import dev.hone.loop.Round.Progress;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** A running round's latest figures as gauges; what it does not know at the moment is absent. */
final class RoundGauges {
  private final Round round;
  private final Progress progress;
  private final MetricSnapshots.Builder gauges = MetricSnapshots.builder();

  private RoundGauges(Round round) {
    this.round = round;
    this.progress = round.progress();
  }

  static MetricSnapshots of(Round round) {
    return round.progress() == null ? MetricSnapshots.of() : new RoundGauges(round).all();
  }

  private MetricSnapshots all() {
    add("step", "Step that the running round has finished, of its phase.", progress.step() + 0.0);
    add("steps", "Steps that the phase has.", progress.steps() + 0.0);
    add("paused", "Whether the round rests while people chat: 1 or 0.", round.paused() ? 1.0 : 0.0);
    add("loss", "Loss of the last step.", progress.loss());
    add("learning_rate", "Learning rate of the last step.", progress.learningRate());
    add(
        "gradient_norm",
        "Norm of the last step's gradient before clipping.",
        progress.gradientNorm());
    add(
        "per_second",
        "What the phase counts, a second: examples, answers, prompts or parts.",
        progress.perSecond());
    add(
        "remaining_seconds",
        "Time that the phase still takes at that rate.",
        progress.secondsLeft());
    if (!progress.metrics().isEmpty()) {
      var metrics = gauge("metric", "Metric of the last step, by TRL's name for it.");
      progress
          .metrics()
          .forEach(
              (name, value) ->
                  metrics.dataPoint(point(labels().merge(Labels.of("name", name)), value)));
      gauges.metricSnapshot(metrics.build());
    }
    return gauges.build();
  }

  private void add(String name, String help, Double value) {
    if (value != null) {
      gauges.metricSnapshot(gauge(name, help).dataPoint(point(labels(), value)).build());
    }
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name("hone_round_" + name).help(help);
  }

  private static GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private Labels labels() {
    var labels =
        Labels.of("phase", progress.phase(), "recipe", round.recipe(), "round", round.id());
    Integer stage = progress.stage();
    return stage == null ? labels : labels.merge(Labels.of("stage", stage.toString()));
  }
}
