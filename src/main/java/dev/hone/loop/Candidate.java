package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.evaluation.Check;
import dev.hone.registry.VersionKind;
import dev.hone.registry.VersionManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/** What a round made, as the registry takes it. */
record Candidate(Round round, RoundFolder folder, Job job, Training training) {
  /** The version's id: the same however often the round was interrupted. */
  static String id(long number, RoundFolder folder) {
    try {
      return VersionManifest.idOf("r" + number, folder.candidate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Candidate of(Round round, RoundFolder folder) {
    return new Candidate(
        round,
        folder,
        RoundFolder.read(folder.job(), Job.class).orElseThrow(),
        RoundFolder.read(folder.trained(), Training.class).orElseThrow());
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
    hyperparameters.put("compute", training.compute());
    return new VersionManifest(
        round.version(),
        base(),
        job.baseSha256(),
        round.parent(),
        round.id(),
        round.snapshot().sha256(),
        hyperparameters,
        Long.parseLong(round.settings().get("seed")),
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
