package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A round as a person reads it. */
final class RoundText {
  /** What the rate of a phase counts. */
  private static final Map<String, String> PER_SECOND =
      Map.of(
          "training", "examples/s",
          "evaluating", "parts/s",
          "generating", "answers/s",
          "sampling", "answers/s",
          "scoring", "prompts/s");

  private static final Set<String> WAITING = Set.of("REFUSED", "NEEDS_HUMAN");

  private RoundText() {}

  static String of(JsonNode round) {
    var lines = new ArrayList<String>();
    lines.add(
        "round %s: %s%s"
            .formatted(round.path("id").asText(), round.path("state").asText(), because(round)));
    lines.add(
        "parent %s, version %s"
            .formatted(round.path("parent").asText(), round.path("version").asText("none yet")));
    lines.addAll(data(round.path("snapshot")));
    JsonNode metrics = round.path("metrics");
    lines.add(PlanText.of(round.path("plan"), metrics.path("stages")));
    if (metrics.isObject()) {
      lines.add("metrics: " + fields(metrics));
    }
    if (!round.path("gate").isEmpty()) {
      lines.add("");
      lines.add(checks(round.path("gate")));
    }
    if (WAITING.contains(round.path("state").asText())) {
      lines.add("");
      lines.add(
          "to publish it all the same: hone publish %s --override --why TEXT"
              .formatted(round.path("version").asText()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** What a snapshot holds. */
  static List<String> data(JsonNode snapshot) {
    var lines = new ArrayList<String>();
    lines.add(
        "snapshot %s: %d pairs to train on, %d held out, dropped: %s"
            .formatted(
                snapshot.path("sha256").asText(),
                snapshot.path("train").asInt(),
                snapshot.path("heldOut").asInt(),
                fields(snapshot.path("dropped"))));
    part("judgements of single answers", snapshot.path("unpaired")).ifPresent(lines::add);
    part("demonstrations", snapshot.path("demonstrations")).ifPresent(lines::add);
    if (snapshot.path("mixture").isTextual()) {
      lines.add("mixture of sources: " + snapshot.path("mixture").asText());
    }
    return lines;
  }

  /** One line: where the work is and how long it still takes. */
  static String progress(JsonNode round) {
    JsonNode progress = round.path("progress");
    String head = round.path("id").asText() + " ";
    if (!progress.isObject()) {
      return head + round.path("state").asText().toLowerCase(Locale.ROOT);
    }
    var line = new StringBuilder(head);
    String phase = progress.path("phase").asText();
    line.append(stage(round, progress.path("stage").asInt()))
        .append(phase)
        .append(' ')
        .append(progress.path("step").asInt())
        .append('/')
        .append(progress.path("steps").asInt());
    append(line, progress, "loss", "  loss %.4f");
    append(line, progress.path("metrics"), "rewards/margins", "  margin %.4f");
    append(line, progress.path("metrics"), "rewards/accuracies", "  accuracy %.2f");
    append(line, progress.path("metrics"), "accuracy", "  accuracy %.2f");
    append(line, progress.path("metrics"), "objective/scores", "  score %.3f");
    append(line, progress.path("metrics"), "objective/kl", "  KL %.2f");
    append(line, progress, "perSecond", "  %.2f " + PER_SECOND.getOrDefault(phase, "parts/s"));
    if (progress.path("secondsLeft").isNumber()) {
      long left = Math.round(progress.path("secondsLeft").asDouble());
      line.append("  %d:%02d left".formatted(left / 60, left % 60));
    }
    if (round.path("paused").asBoolean()) {
      line.append("  (waits for a chat)");
    }
    return line.toString();
  }

  private static void append(StringBuilder line, JsonNode progress, String name, String format) {
    if (progress.path(name).isNumber()) {
      line.append(String.format(Locale.ROOT, format, progress.path(name).asDouble()));
    }
  }

  private static Optional<String> part(String what, JsonNode part) {
    int train = part.path("train").asInt();
    int heldOut = part.path("heldOut").asInt();
    return train + heldOut == 0 && part.path("dropped").isEmpty()
        ? Optional.empty()
        : Optional.of(
            "and %d %s to train on, %d held out, dropped: %s"
                .formatted(train, what, heldOut, fields(part.path("dropped"))));
  }

  /**
   * @param number 0 where it is the only one, or none
   */
  private static String stage(JsonNode round, int number) {
    JsonNode stages = round.path("plan").path("stages");
    return number == 0
        ? ""
        : "stage %d/%d %s: "
            .formatted(number, stages.size(), stages.path(number - 1).path("name").asText());
  }

  private static String because(JsonNode round) {
    return round.path("why").isTextual() ? " (" + round.path("why").asText() + ")" : "";
  }

  private static String fields(JsonNode object) {
    return object.isEmpty()
        ? "none"
        : object.properties().stream()
            .filter(field -> !field.getKey().equals("stages"))
            .map(field -> field.getKey() + " " + figure(field.getValue()))
            .collect(Collectors.joining(", "));
  }

  private static String checks(JsonNode gate) {
    var rows = new ArrayList<List<String>>();
    for (JsonNode check : gate) {
      rows.add(
          List.of(
              check.path("name").asText(),
              check.path("verdict").asText(),
              figure(check.path("value")),
              figure(check.path("low")),
              figure(check.path("high")),
              check.path("threshold").asText()));
    }
    return Table.of(List.of("check", "verdict", "value", "low", "high", "threshold"), rows);
  }

  private static String figure(JsonNode value) {
    if (value.isFloatingPointNumber()) {
      return String.format(Locale.ROOT, "%.4g", value.doubleValue());
    }
    return value.isNull() || value.isMissingNode() ? "-" : value.asText();
  }
}
