package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rollback",
    description = "Let the parent of the version that answers now answer again.")
final class Rollback implements Callable<Integer> {
  @Mixin private Instance instance;

  @Option(names = "--why", paramLabel = "TEXT", description = "The reason, for the audit log.")
  private String why;

  @Override
  public Integer call() {
    try (var server = LocalServer.reach(instance)) {
      var body = JsonNodeFactory.instance.objectNode().put("why", why);
      JsonNode now = Api.of(server).post("/api/versions/rollback", body);
      instance.answer(now, now.path("id").asText() + " answers now");
      return 0;
    }
  }
}
