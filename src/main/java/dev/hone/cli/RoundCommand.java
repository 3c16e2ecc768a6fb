package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "round",
    description = "Train on what people preferred, prove the result, publish it.",
    subcommands = {
      RoundRun.class,
      RoundCommand.ListRounds.class,
      RoundCommand.Show.class,
      RoundCommand.Cancel.class,
      RoundCommand.Resume.class,
      RoundExport.class
    })
final class RoundCommand {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Command(
      name = "resume",
      description =
          "Let a round that failed or was cancelled go on from its last checkpoint, and follow it "
              + "to its end like 'round run'. A round that is running is followed.")
  static final class Resume implements Callable<Integer> {
    @Mixin private Instance instance;

    @Parameters(paramLabel = "ROUND", description = "Such as r1.", converter = RoundId.class)
    private String id;

    @Override
    public Integer call() {
      try (var server = LocalServer.reach(instance)) {
        var round = Api.of(server).post("/api/rounds/" + id + "/resume", JSON.objectNode());
        return new RoundFollower(instance, server).toTheEnd(round);
      }
    }
  }

  @Command(name = "list", description = "List the rounds, newest first.")
  static final class ListRounds implements Callable<Integer> {
    @Mixin private Instance instance;

    @Override
    public Integer call() {
      try (var server = LocalServer.reach(instance)) {
        JsonNode rounds = Api.of(server).get("/api/rounds");
        var rows = new ArrayList<List<String>>();
        for (JsonNode round : rounds) {
          rows.add(
              List.of(
                  round.path("id").asText(),
                  round.path("recipe").asText(),
                  round.path("state").asText(),
                  round.path("parent").asText(),
                  round.path("version").asText("-"),
                  round.path("snapshot").path("train").asText(),
                  round.path("startedAt").asText()));
        }
        ObjectNode object = JSON.objectNode();
        object.set("rounds", rounds);
        instance.answer(
            object,
            Table.of(
                List.of("round", "recipe", "state", "parent", "version", "pairs", "started"),
                rows));
        return 0;
      }
    }
  }

  @Command(name = "show", description = "Show a round: its data, settings, figures and checks.")
  static final class Show implements Callable<Integer> {
    @Mixin private Instance instance;

    @Parameters(paramLabel = "ROUND", description = "Such as r1.", converter = RoundId.class)
    private String id;

    @Override
    public Integer call() {
      try (var server = LocalServer.reach(instance)) {
        JsonNode round = Api.of(server).get("/api/rounds/" + id);
        instance.answer(round, RoundText.of(round));
        return 0;
      }
    }
  }

  @Command(
      name = "cancel",
      description = "End the running round within a step. What it has learnt can be resumed.")
  static final class Cancel implements Callable<Integer> {
    @Mixin private Instance instance;

    @Parameters(paramLabel = "ROUND", description = "Such as r1.", converter = RoundId.class)
    private String id;

    @Override
    public Integer call() {
      try (var server = LocalServer.reach(instance)) {
        JsonNode round = Api.of(server).post("/api/rounds/" + id + "/cancel", JSON.objectNode());
        instance.answer(round, "round %s is %s".formatted(id, round.path("state").asText()));
        return 0;
      }
    }
  }
}
