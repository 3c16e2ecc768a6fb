package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  /**
   * @param checks of the gate
   */
  VersionManifest manifest(JsonNode metrics, JsonNode checks) {
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
        evaluation(metrics, checks),
        new TreeMap<>(),
        round.startedAt().toString());
  }

  /** The samples stay in the round's folder: a manifest is to be read. */
  private static JsonNode evaluation(JsonNode metrics, JsonNode checks) {
    ObjectNode evaluation = RoundFolder.JSON.createObjectNode();
    evaluation.set("metrics", metrics);
    ArrayNode without = evaluation.putArray("checks");
    checks.forEach(
        check -> {
          ObjectNode copy = check.deepCopy();
          copy.remove("samples");
          without.add(copy);
        });
    return evaluation;
  }
}
