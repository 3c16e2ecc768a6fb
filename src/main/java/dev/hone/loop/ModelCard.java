package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.evaluation.Check;
import dev.hone.registry.VersionKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The text that goes with a version: what it is, what it was made of, what is known of it. */
final class ModelCard {
  private ModelCard() {}

  static String of(Candidate candidate) {
    Round round = candidate.round();
    return """
        ---
        library_name: %s
        base_model: %s
        tags: [%s]
        ---
        # %s

        %s `%s` (weights `%s`), trained in round %s from version `%s` by direct
        preference optimisation on pairs of answers of which people preferred one.

        ## Data
        Snapshot `%s`: %,d pairs to train on, %,d held out, split by the first thing that the user
        says. Dropped before the split: %s. Could not be trained on: %s. The pairs are votes of this
        instance's users and what its operators imported; they are not part of this folder.

        ## Training
        %,d steps over %,d pairs in %s, %,.0f seconds of work. Settings: %s.

        ## Evaluation
        Against `%s`, on the held-out pairs: %s.

        | check | verdict | value | 95%% | threshold |
        |---|---|---|---|---|
        %s

        ## Limits
        The accuracy says how often this version's implicit reward agrees with people on pairs of the
        same kind as those it was trained on; it does not say that its answers are true or safe. The
        checks look for collapse, not for every harm. It is as small as its base, and errs like it.
        """
        .formatted(
            library(candidate.kind()),
            candidate.base(),
            tags(candidate.kind()),
            round.version(),
            what(candidate.kind()),
            candidate.base(),
            candidate.job().baseSha256(),
            round.id(),
            round.parent(),
            round.snapshot().sha256(),
            round.snapshot().train(),
            round.snapshot().heldOut(),
            counts(round.snapshot().dropped()),
            counts(candidate.training().untrainable()),
            candidate.training().result().steps(),
            candidate.training().result().examples(),
            candidate.training().compute(),
            candidate.training().result().seconds(),
            named(new TreeMap<>(round.settings())),
            round.parent(),
            metrics(round.metrics()),
            checks(round.gate()));
  }

  private static String library(VersionKind kind) {
    return switch (kind) {
      case ADAPTER -> "peft";
      case FULL -> "transformers";
    };
  }

  private static String tags(VersionKind kind) {
    return switch (kind) {
      case ADAPTER -> "lora, dpo";
      case FULL -> "dpo";
    };
  }

  private static String what(VersionKind kind) {
    return switch (kind) {
      case ADAPTER -> "A LoRA adapter over";
      case FULL -> "Full weights in place of those of";
    };
  }

  private static String counts(Map<String, Integer> dropped) {
    return dropped.isEmpty() ? "none" : named(dropped);
  }

  private static String named(Map<String, ?> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String metrics(RoundMetrics metrics) {
    JsonNode figures = RoundFolder.JSON.valueToTree(metrics);
    return figures.properties().stream()
        .map(field -> field.getKey() + " " + figure(field.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String checks(List<Check> checks) {
    return checks.stream()
        .map(
            check ->
                "| %s | %s | %s | %s to %s | %s |"
                    .formatted(
                        check.name(),
                        check.verdict(),
                        figure(check.value()),
                        figure(check.low()),
                        figure(check.high()),
                        check.threshold()))
        .collect(Collectors.joining("\n"));
  }

  private static String figure(JsonNode value) {
    if (value.isFloatingPointNumber()) {
      return figure(value.doubleValue());
    }
    return value.isNull() ? "-" : value.asText();
  }

  private static String figure(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4g", value);
  }
}
