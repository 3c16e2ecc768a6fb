package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "round",
    description = "Train on what people preferred, prove the result, publish it.",
    subcommands = {
      RoundCommand.Run.class,
      RoundCommand.ListRounds.class,
      RoundCommand.Show.class,
      RoundCommand.Cancel.class,
      RoundCommand.Resume.class
    })
final class RoundCommand {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The two ways in which pairs come to an instance. */
  enum Source {
    IMPORTED,
    VOTES
  }

  @Command(
      name = "run",
      description = {
        "Start a round and follow it to its end: a snapshot of the pairs, training, evaluation, "
            + "gate, publication. Ends with 0 whatever the gate decides, and with 1 if the round "
            + "failed or was cancelled.",
        "",
        "Ctrl-C ends the command only. A server that runs on its own goes on with the round; one "
            + "that this command started rests, and the next server on the data folder goes on "
            + "with it.",
        ""
      },
      footer = {
        "",
        "Settings of dpo, with their defaults:",
        "  loss=sigmoid (or sigmoid_norm, hinge, ipo, robust, simpo, orpo),",
        "  beta=0.1, labelSmoothing=0.1, targetMargin=0.5, lengthWeight=1,",
        "  maxSteps=0 (no limit), epochs=1, batchPairs=8, microBatchPairs=2,",
        "  maxTokens=384, seed=0, learningRate=3e-4, warmup=0.1,",
        "  schedule=cosine (or constant, linear, trapezoid), weightDecay=0,",
        "  maxGradientNorm=1, rank=16, alpha=32,",
        "  targets=q,k,v,o (also gate,up,down), compute=auto (or f32, bf16),",
        "  adapter=lora (or dora, full), rsLora=false, dropout=0,",
        "  gradientCheckpointing=false, ema=0, lengthBuckets=false.",
        "kto and sft have those from maxSteps on, batchAnswers and microBatchAnswers",
        "for batchPairs and microBatchPairs; kto also beta, desirableWeight and",
        "undesirableWeight, 1 both.",
        "What each means: docs/algorithms/dpo.md, kto.md, sft.md and training.md there."
      })
  static final class Run implements Callable<Integer> {
    @Mixin private Instance instance;

    @Option(
        names = "--recipe",
        paramLabel = "NAME",
        description = "How to train: dpo, kto or sft (default: ${DEFAULT-VALUE}).")
    private String recipe = "dpo";

    @Option(
        names = "--set",
        paramLabel = "NAME=VALUE",
        description = "A setting of the recipe; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
        names = "--include",
        split = ",",
        paramLabel = "SOURCE",
        description = "Pairs to use: imported, votes (default: both).")
    private List<Source> include = List.of(Source.values());

    @Override
    public Integer call() {
      ObjectNode body = JSON.objectNode().put("recipe", recipe);
      body.set("settings", settingsNode());
      var sources = body.putArray("include");
      include.forEach(source -> sources.add(source.name().toLowerCase(java.util.Locale.ROOT)));
      try (var server = LocalServer.reach(instance)) {
        var round = Api.of(server).post("/api/rounds", body);
        return new RoundFollower(instance, server).toTheEnd(round);
      }
    }

    private ObjectNode settingsNode() {
      ObjectNode node = JSON.objectNode();
      settings.forEach(node::put);
      return node;
    }
  }

  @Command(
      name = "resume",
      description =
          "Let a round that failed or was cancelled go on from its last checkpoint, and follow it "
              + "to its end like 'round run'. A round that is running is followed.")
  static final class Resume implements Callable<Integer> {
    @Mixin private Instance instance;

    @Parameters(paramLabel = "ROUND", description = "Such as r1.")
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

    @Parameters(paramLabel = "ROUND", description = "Such as r1.")
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

    @Parameters(paramLabel = "ROUND", description = "Such as r1.")
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
