package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "publish",
    description = {
      "Let a version answer. Running answers finish on theirs.",
      "A candidate that the gate refused, or left to a person, wants --override and --why; both go "
          + "into the audit log."
    })
final class Publish implements Callable<Integer> {
  @Mixin private Instance instance;

  @Parameters(paramLabel = "VERSION", description = "An id that 'hone versions' lists.")
  private String version;

  @Option(names = "--override", description = "Publish what the gate did not let pass.")
  private boolean override;

  @Option(names = "--why", paramLabel = "TEXT", description = "The reason.")
  private String why;

  @Override
  public Integer call() {
    try (var server = LocalServer.reach(instance)) {
      var body = JsonNodeFactory.instance.objectNode().put("override", override).put("why", why);
      String id = URLEncoder.encode(version, StandardCharsets.UTF_8);
      JsonNode now = Api.of(server).post("/api/versions/" + id + "/publish", body);
      instance.answer(now, now.path("id").asText() + " answers now");
      return 0;
    }
  }
}
