package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A plan as a person reads it: stage by stage, what was set apart from what is as always. */
final class PlanText {
  private static final int WIDTH = 100;
  private static final String INDENT = "     ";

  private PlanText() {}

  static String of(JsonNode plan) {
    return of(plan, MissingNode.getInstance());
  }

  /**
   * @param outcomes what its stages did, in words; missing where that is not known
   */
  static String of(JsonNode plan, JsonNode outcomes) {
    var lines = new ArrayList<String>();
    String why = plan.path("reason").isTextual() ? ", since " + plan.path("reason").asText() : "";
    lines.add("plan %s%s".formatted(plan.path("name").asText(), why));
    JsonNode stages = plan.path("stages");
    for (int i = 0; i < stages.size(); i++) {
      JsonNode stage = stages.path(i);
      lines.add("  %d. %s%s".formatted(i + 1, stage.path("name").asText(), learning(stage)));
      lines.addAll(settings(stage));
      String did = outcomes.path(i).asText();
      lines.addAll(wrapped("did: ", did.isEmpty() ? List.of() : List.of(did.split(" "))));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String learning(JsonNode stage) {
    String from = stage.path("learnsFrom").asText();
    return stage.path("examples").isNumber()
        ? " learns from %,d %s".formatted(stage.path("examples").asInt(), from)
        : " learns from " + from;
  }

  private static List<String> settings(JsonNode stage) {
    Set<String> changed = new HashSet<>();
    stage.path("changed").forEach(name -> changed.add(name.asText()));
    var lines = new ArrayList<String>();
    lines.addAll(wrapped("changed: ", settings(stage, changed, true)));
    lines.addAll(wrapped("as always: ", settings(stage, changed, false)));
    return lines;
  }

  private static List<String> settings(JsonNode stage, Set<String> changed, boolean wanted) {
    return stage.path("settings").properties().stream()
        .filter(setting -> changed.contains(setting.getKey()) == wanted)
        .map(setting -> setting.getKey() + "=" + setting.getValue().asText())
        .toList();
  }

  private static List<String> wrapped(String head, List<String> words) {
    if (words.isEmpty()) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    var line = new StringBuilder(INDENT + head);
    for (String word : words) {
      if (line.length() + word.length() >= WIDTH) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
        line.append(INDENT).append(" ".repeat(head.length()));
      }
      line.append(word).append(' ');
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }
}
