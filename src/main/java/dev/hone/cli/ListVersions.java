package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "versions",
    description =
        "List the model versions of this instance, and the candidates that wait for "
            + "'publish --override'.")
final class ListVersions implements Callable<Integer> {
  @Mixin private Instance instance;

  @Override
  public Integer call() {
    try (var server = LocalServer.reach(instance)) {
      JsonNode versions = Api.of(server).get("/api/versions");
      var rows = new ArrayList<List<String>>();
      for (JsonNode version : versions) {
        rows.add(
            List.of(
                version.path("active").asBoolean() ? "*" : "",
                version.path("id").asText(),
                version.path("base").asText(),
                version.path("parent").asText("-"),
                version.path("round").asText("-"),
                version.path("decision").asText("-"),
                version.path("createdAt").asText()));
      }
      var object = JsonNodeFactory.instance.objectNode();
      object.set("versions", versions);
      instance.answer(
          object,
          Table.of(
              List.of("active", "version", "base", "parent", "round", "decision", "made"), rows));
      return 0;
    }
  }
}
