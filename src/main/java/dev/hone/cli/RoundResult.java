package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.loop.RoundMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** What a round that has ended came to, for programs: of one shape, however it ended. */
final class RoundResult {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RoundResult() {}

  /**
   * @param curve a report of every step that it did
   */
  static ObjectNode of(JsonNode round, JsonNode curve) {
    ObjectNode result = JSON.createObjectNode();
    result.put("round", round.path("id").asText());
    result.put("decision", round.path("state").asText());
    result.set("version", round.path("version"));
    result.set(
        "metrics",
        round.path("metrics").isObject()
            ? round.path("metrics")
            : JSON.valueToTree(unmeasured(round, curve)));
    result.set("gate", round.path("gate").isArray() ? round.path("gate") : JSON.createArrayNode());
    if (round.path("why").isTextual()) {
      result.set("why", round.path("why"));
    }
    return result;
  }

  /** What is known of a round that ended before it was judged. */
  private static RoundMetrics unmeasured(JsonNode round, JsonNode curve) {
    JsonNode snapshot = round.path("snapshot");
    int steps = 0;
    int ofStage = 0;
    int stage = 1;
    for (JsonNode report : curve) {
      if (report.path("stage").asInt(1) != stage) {
        stage = report.path("stage").asInt();
        steps += ofStage;
      }
      ofStage = report.path("step").asInt();
    }
    JsonNode reached = round.path("plan").path("stages").path(stage - 1);
    JsonNode settings = reached.path("settings");
    long visited = ofStage * batch(settings);
    return new RoundMetrics(
        // Of what a stage before it makes nobody has said how much there is.
        (int) Math.min(visited, reached.path("examples").asLong(visited)),
        snapshot.path("heldOut").asInt(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        steps + ofStage,
        seconds(round),
        null,
        null,
        null,
        null,
        null);
  }

  /** How many examples a step takes, by whatever they are counted. */
  private static long batch(JsonNode settings) {
    if (settings.has("rolloutsPerStep")) {
      return settings.path("rolloutsPerStep").asLong() / settings.path("groupSize").asLong(1);
    }
    return Stream.of("batchPairs", "batchAnswers", "batchPrompts")
        .filter(settings::has)
        .mapToLong(name -> settings.path(name).asLong())
        .findFirst()
        .orElse(0);
  }

  private static double seconds(JsonNode round) {
    return Duration.between(
                Instant.parse(round.path("startedAt").asText()),
                Instant.parse(round.path("endedAt").asText()))
            .toMillis()
        / 1e3;
  }
}
