package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.UnknownSettingException;
import dev.hone.loop.RoundException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A plan as it is asked for: its methods, and what is not to be at their defaults. */
public final class PlanDraft {
  private static final Pattern NAME = Pattern.compile("[\\w][\\w .+-]{0,63}");

  private static final List<String> FIELDS = List.of("name", "stages");

  private final String name;
  private final List<Part> parts;

  /**
   * @param set values by the names of the method's settings
   */
  private record Part(String name, Method method, Map<String, String> set) {
    private boolean has(String setting) {
      return method.settings(Map.of()).containsKey(setting);
    }
  }

  private PlanDraft(String name, List<Part> parts) {
    this.name = name;
    this.parts = List.copyOf(parts);
  }

  /**
   * A plan by its name: one that comes with Hone, or else methods joined by {@code +}.
   *
   * @throws RoundException {@code UNKNOWN_RECIPE} naming the method that there is not
   */
  public static PlanDraft named(String recipe) {
    return Recipes.find(recipe)
        .orElseGet(
            () -> {
              var draft = new Builder();
              for (String method : recipe.split("\\+", -1)) {
                draft.add(method.strip(), Map.of());
              }
              return draft.build(recipe);
            });
  }

  /**
   * A plan as an object: {@code stages}, each with its {@code method} and that method's settings,
   * and, if wanted, a {@code name}.
   *
   * @throws RoundException {@code INVALID_PLAN} for anything else, {@code UNKNOWN_RECIPE}
   */
  public static PlanDraft read(JsonNode plan) {
    require(plan.isObject(), "it must be an object");
    for (var field : plan.properties()) {
      require(
          FIELDS.contains(field.getKey()),
          "it has no '%s', only %s".formatted(field.getKey(), String.join(", ", FIELDS)));
    }
    JsonNode stages = plan.path("stages");
    require(stages.isArray() && !stages.isEmpty(), "stages must be a list of at least one stage");
    var draft = new Builder();
    for (int i = 0; i < stages.size(); i++) {
      String at = "stages[%d]".formatted(i);
      JsonNode stage = stages.get(i);
      require(stage.isObject(), at + " must be an object");
      require(stage.path("method").isTextual(), at + ".method must name a method");
      draft.add(stage.path("method").textValue(), settings(stage, at));
    }
    String name = plan.path("name").asText(draft.methods());
    require(
        NAME.matcher(name).matches(),
        "name must be 1 to 64 letters, digits, spaces, dots, plus and minus signs");
    return draft.build(name);
  }

  private static Map<String, String> settings(JsonNode stage, String at) {
    Map<String, String> set = new TreeMap<>();
    for (var field : stage.properties()) {
      if (!field.getKey().equals("method")) {
        set.put(field.getKey(), setting(field.getValue(), at + "." + field.getKey()));
      }
    }
    return set;
  }

  /** A list is what its values are in a text, joined by commas. */
  private static String setting(JsonNode value, String at) {
    if (!value.isEmpty() && value.valueStream().allMatch(JsonNode::isTextual)) {
      return value.valueStream().map(JsonNode::textValue).collect(Collectors.joining(","));
    }
    require(
        value.isValueNode() && !value.isNull(),
        at + " must be a text, a number, true, false or a list of texts");
    return value.asText();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new RoundException(Reason.INVALID_PLAN, "plan: " + otherwise);
    }
  }

  String name() {
    return name;
  }

  /**
   * The same with more that is not at its default.
   *
   * @param settings by name, or by {@code stage.name} where several stages have one of that name
   * @throws RoundException {@code INVALID_SETTING} where no stage is meant, or more than one
   */
  PlanDraft with(Map<String, String> settings) {
    var changed =
        parts.stream()
            .map(part -> new Part(part.name, part.method, new TreeMap<>(part.set)))
            .toList();
    settings.forEach(
        (key, value) -> {
          int dot = key.indexOf('.');
          Part part = dot < 0 ? only(key, changed) : named(key, dot, changed);
          part.set.put(key.substring(dot + 1), value);
        });
    return new PlanDraft(name, changed);
  }

  private Part only(String setting, List<Part> among) {
    if (among.size() == 1) {
      return among.getFirst();
    }
    var those = among.stream().filter(part -> part.has(setting)).toList();
    if (those.size() == 1) {
      return those.getFirst();
    }
    throw new RoundException(
        Reason.INVALID_SETTING,
        those.isEmpty()
            ? "no stage of %s has a setting '%s'".formatted(name, setting)
            : "several stages have a setting '%s'; say %s"
                .formatted(
                    setting,
                    those.stream()
                        .map(part -> part.name + "." + setting)
                        .collect(Collectors.joining(" or "))));
  }

  private Part named(String key, int dot, List<Part> among) {
    String stage = key.substring(0, dot);
    return among.stream()
        .filter(part -> part.name.equals(stage))
        .findFirst()
        .orElseThrow(
            () ->
                new RoundException(
                    Reason.INVALID_SETTING,
                    "there is no stage '%s' in %s, only %s"
                        .formatted(
                            stage,
                            name,
                            among.stream().map(Part::name).collect(Collectors.joining(", ")))));
  }

  /**
   * The plan with every setting.
   *
   * @throws RoundException {@code INVALID_PLAN} where a stage lacks what it needs, {@code
   *     INVALID_SETTING} naming one that does not exist, or its bad value
   */
  Plan plan() {
    var stages = new ArrayList<Stage>();
    for (Part part : parts) {
      stages.add(stage(part).behind(stages));
    }
    PlanOrder.check(stages);
    return new Plan(name, stages, null);
  }

  private Stage stage(Part part) {
    try {
      Map<String, String> settings = part.method.settings(part.set);
      var changed = new TreeSet<>(part.set.keySet());
      changed.removeIf(setting -> settings.get(setting).equals(unset(part, setting)));
      return new Stage(
          part.name,
          part.method.name(),
          part.method.learnsFrom(settings).words(),
          null,
          settings,
          changed);
    } catch (UnknownSettingException e) {
      var known = part.method.settings(Map.of()).keySet();
      throw wrong(part, new UnknownSettingException(e.name(), known).getMessage());
    } catch (IllegalArgumentException e) {
      throw wrong(part, e.getMessage());
    }
  }

  private static RoundException wrong(Part part, String why) {
    return new RoundException(Reason.INVALID_SETTING, "stage %s: %s".formatted(part.name, why));
  }

  /** What a setting is where it is not set; nothing where the others do not go without it. */
  private static String unset(Part part, String setting) {
    Map<String, String> others = new HashMap<>(part.set);
    others.remove(setting);
    try {
      return part.method.settings(others).get(setting);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  /** Names stages as they come. */
  private static final class Builder {
    private final List<Part> parts = new ArrayList<>();
    private final Map<String, Integer> uses = new HashMap<>();

    void add(String method, Map<String, String> set) {
      Method found = find(method);
      int use = uses.merge(method, 1, Integer::sum);
      parts.add(new Part(use == 1 ? method : method + "-" + use, found, set));
    }

    private static Method find(String method) {
      try {
        return Methods.of(method);
      } catch (IllegalArgumentException e) {
        throw new RoundException(Reason.UNKNOWN_RECIPE, e.getMessage());
      }
    }

    String methods() {
      return parts.stream().map(part -> part.method.name()).collect(Collectors.joining("+"));
    }

    PlanDraft build(String name) {
      return new PlanDraft(name, parts);
    }
  }
}
