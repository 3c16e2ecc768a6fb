package dev.hone.api;

import static io.restassured.RestAssured.given;

import dev.hone.loop.ScriptedWorkers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rounds whose workers are scripted, on a server whose model is. */
public final class ScriptedRounds extends ScriptedServer {
  static final int PAIRS = 60;

  @Override
  public Map<String, String> getConfigOverrides() {
    var settings = new HashMap<>(super.getConfigOverrides());
    settings.merge(
        "quarkus.arc.exclude-types", "dev.hone.loop.Workers", (one, other) -> one + "," + other);
    settings.put("hone.loop.keep-refused-candidates", "false");
    settings.put("hone.loop.required-memory", "1M");
    settings.put("hone.loop.quiet", "100ms");
    return settings;
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    var alternatives = new HashSet<>(super.getEnabledAlternatives());
    alternatives.add(ScriptedWorkers.class);
    return alternatives;
  }

  /** Enough for a round; the second time they are there. */
  public static void importPairs() {
    String file =
        IntStream.range(0, PAIRS)
            .mapToObj(
                "{\"prompt\":\"question %d\",\"chosen\":\"good\",\"rejected\":\"bad\"}"::formatted)
            .collect(Collectors.joining("\n"));
    given()
        .contentType("application/x-ndjson")
        .body(file.getBytes(StandardCharsets.UTF_8))
        .post("/api/preferences/import")
        .then()
        .statusCode(200);
  }
}
