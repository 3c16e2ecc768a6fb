package dev.hone.loop.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A step of a training as it goes elsewhere.
 *
 * @param stage of the round, from 1; none where it has one stage
 * @param step of the stage
 * @param time when it was done; none in a log of an earlier release
 * @param figures {@code loss}, {@code learningRate}, {@code gradientNorm} and {@code perSecond}
 * @param metrics by TRL's names (docs/algorithms), of trainings by groups by those of its PPO and
 *     of its GRPO
 */
public record StepRow(
    Optional<Integer> stage,
    int step,
    Optional<Instant> time,
    Map<String, Double> figures,
    Map<String, Double> metrics) {
  public StepRow {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** Of a line of a round's log, where what is no number is a text such as {@code NaN}. */
  public static StepRow of(JsonNode line) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String name : StepTable.FIGURES) {
      figures.put(name, line.path(name).asDouble());
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (var metric : line.path("metrics").properties()) {
      metrics.put(metric.getKey(), metric.getValue().asDouble());
    }
    return new StepRow(
        line.has(StepTable.STAGE)
            ? Optional.of(line.get(StepTable.STAGE).asInt())
            : Optional.empty(),
        line.path("step").asInt(),
        Optional.ofNullable(line.path("time").textValue()).map(Instant::parse),
        figures,
        GroupNames.with(metrics));
  }
}
