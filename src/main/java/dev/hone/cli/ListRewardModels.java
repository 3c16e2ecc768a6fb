package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "reward-models",
    description = {
      "List the reward models of the models folder, oldest first, whichever instance made them.",
      "",
      "accuracy: on pairs that were held out from its training, with its 95%% interval.",
      "length: what the better of 'longer wins' and 'shorter wins' has on these.",
      "left out, cut: pairs that it could not learn; prompts and answers that were cut to fit."
    })
final class ListRewardModels implements Callable<Integer> {
  @Mixin private Instance instance;

  @Override
  public Integer call() {
    try (var server = LocalServer.reach(instance)) {
      JsonNode models = Api.of(server).get("/api/reward-models");
      var rows = new ArrayList<List<String>>();
      for (JsonNode model : models) {
        JsonNode held = model.path("evaluation");
        rows.add(
            List.of(
                model.path("id").asText(),
                model.path("base").asText(),
                model.path("round").asText(),
                held.path("pairs").asText("-"),
                accuracy(held),
                figure(held.path("lengthBaseline")),
                sum(model.path("untrainable")),
                sum(model.path("cut")),
                model.path("createdAt").asText()));
      }
      var object = JsonNodeFactory.instance.objectNode();
      object.set("rewardModels", models);
      instance.answer(
          object,
          Table.of(
              List.of(
                  "reward model",
                  "base",
                  "round",
                  "pairs",
                  "accuracy",
                  "length",
                  "left out",
                  "cut",
                  "made"),
              rows));
      return 0;
    }
  }

  private static String accuracy(JsonNode held) {
    return held.path("accuracy").isNumber()
        ? "%s [%s, %s]"
            .formatted(
                figure(held.path("accuracy")), figure(held.path("low")), figure(held.path("high")))
        : "-";
  }

  /** One of an earlier release does not say. */
  private static String sum(JsonNode counts) {
    return counts.isObject() ? "" + counts.valueStream().mapToInt(JsonNode::asInt).sum() : "-";
  }

  private static String figure(JsonNode share) {
    return share.isNumber() ? String.format(Locale.ROOT, "%.3f", share.asDouble()) : "-";
  }
}
