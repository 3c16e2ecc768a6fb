package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.evaluation.Check;
import dev.hone.registry.VersionKind;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

        %s `%s` (weights `%s`), trained in round %s from version `%s` by
        %s.

        ## Data
        Snapshot `%s`: %,d pairs to train on, %,d held out, split by the first thing that the user
        says; beside them %,d judgements of single answers and %,d demonstrations to train on. Dropped
        before the split: %s. All of it is votes of this instance's users and what its operators
        imported, and not part of this folder.

        ## Training
        Plan `%s`.

        %s

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
            tags(candidate),
            round.version(),
            what(candidate.kind()),
            candidate.base(),
            candidate.job().baseSha256(),
            round.id(),
            round.parent(),
            methods(candidate.job()),
            round.snapshot().sha256(),
            round.snapshot().train(),
            round.snapshot().heldOut(),
            round.snapshot().unpaired().train(),
            round.snapshot().demonstrations().train(),
            Outcomes.counts(round.snapshot().allDropped()),
            round.recipe(),
            stages(candidate),
            round.parent(),
            metrics(round.metrics()),
            checks(round.gate()));
  }

  private static String tags(Candidate candidate) {
    var methods = candidate.job().stages().stream().map(Stage::method).distinct();
    var kind =
        switch (candidate.kind()) {
          case ADAPTER -> Stream.of("lora");
          case FULL -> Stream.<String>empty();
        };
    return Stream.concat(kind, methods).collect(Collectors.joining(", "));
  }

  private static String methods(Job job) {
    return job.stages().stream()
        .map(
            stage ->
                "%s on %s".formatted(Methods.of(stage.method()).words(), learnsFrom(stage).words()))
        .collect(Collectors.joining(", then "));
  }

  private static Learns learnsFrom(Stage stage) {
    return Methods.of(stage.method()).learnsFrom(stage.settings());
  }

  private static String stages(Candidate candidate) {
    var stages = candidate.round().plan().stages();
    var outcomes = candidate.outcomes();
    return IntStream.range(0, stages.size())
        .mapToObj(i -> stage(i + 1, stages.get(i), outcomes.get(i)))
        .collect(Collectors.joining("\n"));
  }

  static String stage(int number, Stage stage, String did) {
    return "%d. %s. %sSettings: %s."
        .formatted(
            number,
            stage.name(),
            did.isEmpty() ? "" : did + ". ",
            Outcomes.named(stage.settings()));
  }

  private static String library(VersionKind kind) {
    return switch (kind) {
      case ADAPTER -> "peft";
      case FULL -> "transformers";
    };
  }

  private static String what(VersionKind kind) {
    return switch (kind) {
      case ADAPTER -> "A LoRA adapter over";
      case FULL -> "Full weights in place of those of";
    };
  }

  private static String metrics(RoundMetrics metrics) {
    JsonNode figures = RoundFolder.JSON.valueToTree(metrics);
    return figures.properties().stream()
        .filter(field -> !field.getKey().equals("stages"))
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
