package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    aliases = "start",
    description = {
      "Start a round and follow it to its end: a snapshot of the data, the stages of a plan, "
          + "evaluation, gate, publication. Says the plan first. Ends with 0 whatever the gate "
          + "decides, and with 1 if the round failed or was cancelled.",
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
      "  beta=0.1 (2 of sigmoid_norm and simpo), labelSmoothing=0.1 (0 of hinge, ipo",
      "  and orpo), targetMargin=0 (0.5 of simpo), lengthWeight=1,",
      "  maxSteps=0 (no limit), epochs=1, batchPairs=8, microBatchPairs=2,",
      "  maxTokens=384, seed=0, learningRate=3e-4, warmup=0.1,",
      "  schedule=cosine (or constant, linear, trapezoid), weightDecay=0,",
      "  maxGradientNorm=1, rank=16, alpha=32,",
      "  targets=q,k,v,o (also gate,up,down), compute=auto (or f32, bf16),",
      "  adapter=lora (or dora, full), rsLora=false, dropout=0,",
      "  gradientCheckpointing=false, ema=0, lengthBuckets=false,",
      "  heldOutEvery=auto (steps between two readings on held-out pairs: a fourth",
      "  of all, from 5 to 50; 0: none).",
      "kto and sft have those from maxSteps on, batchAnswers and microBatchAnswers",
      "(of sft 4) for batchPairs and microBatchPairs, and fromPairs (auto, always, never:",
      "whether answers of pairs are learnt from too; auto: where there are no others);",
      "kto also beta, desirableWeight and undesirableWeight (auto both: by how many there",
      "are of either).",
      "--dry-run lists every setting of the others with its default: --recipe rm+ppo --dry-run.",
      "What each means: docs/algorithms, a page for each method, and training.md for what all",
      "share. Plans: docs/algorithms/rounds.md."
    })
final class RoundRun implements Callable<Integer> {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The two ways in which examples come to an instance. */
  enum Source {
    IMPORTED,
    VOTES
  }

  /** What to do, in one of two ways. */
  static final class Plan {
    @Option(
        names = "--recipe",
        paramLabel = "NAME",
        description =
            "A plan by its name: auto, which is the one that the data allows, or methods joined by "
                + "+, of dpo, kto, sft, rm, ppo, grpo, rloo, best-of-n: dpo, sft+dpo, rm, rm+ppo, "
                + "rm+grpo, rm+best-of-n+sft (default: auto).")
    private String recipe;

    @Option(
        names = "--plan",
        paramLabel = "FILE",
        description =
            "A plan in YAML: stages, each with its method and settings, and, if wanted, a name.")
    private Path file;
  }

  @Mixin private Instance instance;

  @ArgGroup private Plan plan = new Plan();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "A setting, as STAGE.NAME=VALUE where several stages of the plan have it; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--include",
      split = ",",
      paramLabel = "SOURCE",
      description = "Examples to use: imported, votes (default: both).")
  private List<Source> include = List.of(Source.values());

  @Option(
      names = "--mixture",
      paramLabel = "SOURCE:WEIGHT,...",
      description =
          "Take examples to train on from the sources in these proportions, such as "
              + "votes:2,imported:1 (default: all there are).")
  private String mixture;

  @Option(names = "--dry-run", description = "Say what the round would do, and do nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    JsonNode order = order();
    try (var server = LocalServer.reach(instance)) {
      var api = Api.of(server);
      JsonNode preview = api.post("/api/rounds/plan", order);
      String said = preview(preview);
      if (dryRun) {
        instance.answer(preview, said);
        return 0;
      }
      instance.progress().println(said);
      JsonNode round = api.post("/api/rounds", order);
      return new RoundFollower(instance, server).toTheEnd(round);
    }
  }

  private static String preview(JsonNode preview) {
    var lines = RoundText.data(preview.path("snapshot"));
    lines.add(PlanText.of(preview.path("plan")));
    return String.join(System.lineSeparator(), lines);
  }

  private JsonNode order() {
    ObjectNode order = JSON.objectNode();
    if (plan.file != null) {
      order.set("plan", PlanFile.read(plan.file));
    }
    order.put("recipe", plan.recipe);
    ObjectNode set = order.putObject("settings");
    settings.forEach(set::put);
    var sources = order.putArray("include");
    include.forEach(source -> sources.add(source.name().toLowerCase(Locale.ROOT)));
    order.put("mixture", mixture);
    return order;
  }
}
