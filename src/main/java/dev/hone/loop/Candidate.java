package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.evaluation.Check;
import dev.hone.registry.VersionKind;
import dev.hone.registry.VersionManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What a round made, as the registry takes it. */
record Candidate(Round round, RoundFolder folder, Job job) {
  /** The version's id: the same however often the round was interrupted. */
  static String id(long number, RoundFolder folder) {
    try {
      return VersionManifest.idOf("r" + number, folder.candidate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Candidate of(Round round, RoundFolder folder) {
    return new Candidate(round, folder, Job.read(folder.job()).orElseThrow());
  }

  /** How each stage went, in their order; none of one that did not train. */
  List<Optional<Training>> trainings() {
    return ofStages(RoundFolder::trained, Training.class);
  }

  /** What each stage chose, in their order; none of one that did not choose. */
  List<Optional<Choosing>> choosings() {
    return ofStages(RoundFolder::choosing, Choosing.class);
  }

  /** What each stage did, in words, in their order. */
  List<String> outcomes() {
    return Outcomes.of(folder, job);
  }

  private <T> List<Optional<T>> ofStages(Function<RoundFolder, Path> file, Class<T> type) {
    return IntStream.range(0, job.stages().size())
        .mapToObj(i -> RoundFolder.read(file.apply(folder.stage(i, job.stages())), type))
        .toList();
  }

  /** How the last stage went. */
  Training training() {
    return trainings().getLast().orElseThrow();
  }

  /** The base's id. */
  String base() {
    return job.base().getFileName().toString();
  }

  VersionKind kind() {
    return VersionKind.in(folder.candidate());
  }

  VersionManifest manifest() {
    var hyperparameters = new TreeMap<>(round.settings());
    hyperparameters.put("recipe", round.recipe());
    // Of several stages the last one's, to score the version by.
    Optional.ofNullable(job.last().settings().get("beta"))
        .ifPresent(beta -> hyperparameters.put("beta", beta));
    hyperparameters.put("compute", training().compute());
    return new VersionManifest(
        round.version(),
        base(),
        job.baseSha256(),
        round.parent(),
        round.id(),
        round.snapshot().sha256(),
        hyperparameters,
        job.last().seed(),
        evaluation(),
        new TreeMap<>(),
        round.startedAt().toString(),
        kind());
  }

  /** The samples stay in the round's folder: a manifest is to be read. */
  private JsonNode evaluation() {
    ObjectNode evaluation = RoundFolder.JSON.createObjectNode();
    evaluation.set("metrics", RoundFolder.JSON.valueToTree(round.metrics()));
    ArrayNode checks = evaluation.putArray("checks");
    for (Check check : round.gate()) {
      ObjectNode node = RoundFolder.JSON.valueToTree(check);
      node.remove("samples");
      checks.add(node);
    }
    return evaluation;
  }
}
