package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.inference.constraint.Grammar;
import dev.hone.inference.constraint.Grammars;
import dev.hone.model.ToolSyntax;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The functions that an answer may call.
 *
 * @param several whether it may call more than one
 */
record Tools(List<Tool> all, Choice choice, boolean several) {
  private static final int MOST = 128;
  private static final int MOST_DEEP = 64;

  /** Of a function without parameters, as OpenAI's. */
  private static final JsonNode NO_ARGUMENTS =
      new JsonMapper().createObjectNode().put("type", "object").put("additionalProperties", false);

  /**
   * One function.
   *
   * @param definition as the request has it
   */
  record Tool(String name, JsonNode definition) {
    JsonNode parameters() {
      JsonNode given = definition.path("function").path("parameters");
      return given.isObject() && !given.isEmpty() ? given : NO_ARGUMENTS;
    }
  }

  /** Whether one has to be called. */
  sealed interface Choice {
    /** As the model likes. */
    record Auto() implements Choice {}

    /** None is. */
    record None() implements Choice {}

    /** At least one is. */
    record Required() implements Choice {}

    /** This one is. */
    record Named(String name) implements Choice {}
  }

  static Tools parse(Fields fields) {
    List<Tool> tools = tools(fields);
    Choice choice = choice(fields, tools);
    return new Tools(tools, choice, fields.flag("parallel_tool_calls", true));
  }

  private static List<Tool> tools(Fields fields) {
    Optional<JsonNode> given = fields.any("tools");
    if (given.isEmpty()) {
      return List.of();
    }
    if (!given.get().isArray()) {
      throw InvalidRequestException.wrongType("tools", "an array");
    }
    if (given.get().size() > MOST) {
      throw InvalidRequestException.wrong("tools", "takes at most " + MOST + " functions");
    }
    var tools = new ArrayList<Tool>();
    var names = new HashSet<String>();
    for (int i = 0; i < given.get().size(); i++) {
      Tool tool = tool(given.get().get(i), "tools[" + i + "]");
      if (!names.add(tool.name())) {
        throw InvalidRequestException.wrong(
            "tools[" + i + "].function.name", "is the name of another function too");
      }
      tools.add(tool);
    }
    return List.copyOf(tools);
  }

  private static Tool tool(JsonNode node, String path) {
    if (!node.isObject()) {
      throw InvalidRequestException.wrongType(path, "an object");
    }
    var fields = new Fields(node, path + ".");
    if (!fields.requiredText("type").equals("function")) {
      throw InvalidRequestException.wrong(path + ".type", "must be function");
    }
    fields.refuseOthers(Set.of("type", "function"));
    if (!fields.required("function").isObject()) {
      throw InvalidRequestException.wrongType(path + ".function", "an object");
    }
    var function = new Fields(node.get("function"), path + ".function.");
    function.refuseOthers(Set.of("name", "description", "parameters", "strict"));
    function.text("description");
    function.flag("strict", false);
    String name = function.requiredText("name");
    if (!ResponseFormat.NAME.matcher(name).matches()) {
      throw InvalidRequestException.wrong(
          path + ".function.name", "must be 1 to 64 letters, digits, underscores or dashes");
    }
    if (function.any("parameters").filter(schema -> !schema.isObject()).isPresent()) {
      throw InvalidRequestException.wrongType(path + ".function.parameters", "an object");
    }
    if (depth(node) > MOST_DEEP) {
      throw InvalidRequestException.wrong(
          path + ".function.parameters", "is nested more than " + MOST_DEEP + " deep");
    }
    return new Tool(name, node);
  }

  private static int depth(JsonNode node) {
    int deepest = 0;
    for (JsonNode inner : node) {
      deepest = Math.max(deepest, depth(inner));
    }
    return deepest + 1;
  }

  private static Choice choice(Fields fields, List<Tool> tools) {
    Optional<JsonNode> given = fields.any("tool_choice");
    if (given.isEmpty()) {
      return new Choice.Auto();
    }
    JsonNode choice = given.get();
    if (choice.isTextual()) {
      return word(choice.textValue(), tools);
    }
    if (!choice.isObject()) {
      throw InvalidRequestException.wrongType("tool_choice", "a string or an object");
    }
    var named = new Fields(choice, "tool_choice.");
    if (!named.requiredText("type").equals("function")) {
      throw InvalidRequestException.wrong("tool_choice.type", "must be function");
    }
    named.refuseOthers(Set.of("type", "function"));
    if (!named.required("function").isObject()) {
      throw InvalidRequestException.wrongType("tool_choice.function", "an object");
    }
    var function = new Fields(choice.get("function"), "tool_choice.function.");
    function.refuseOthers(Set.of("name"));
    String name = function.requiredText("name");
    if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw InvalidRequestException.wrong("tool_choice.function.name", "is none of the tools");
    }
    return new Choice.Named(name);
  }

  private static Choice word(String word, List<Tool> tools) {
    return switch (word) {
      case "auto" -> new Choice.Auto();
      case "none" -> new Choice.None();
      case "required" -> {
        if (tools.isEmpty()) {
          throw InvalidRequestException.wrong("tool_choice", "needs tools to choose from");
        }
        yield new Choice.Required();
      }
      default ->
          throw InvalidRequestException.wrong(
              "tool_choice", "must be none, auto, required or a function");
    };
  }

  /** What the model is told of. */
  List<JsonNode> told() {
    return choice instanceof Choice.None ? List.of() : all.stream().map(Tool::definition).toList();
  }

  /** Names that a call may have. */
  Set<String> names() {
    return choice instanceof Choice.None
        ? Set.of()
        : all.stream().map(Tool::name).collect(Collectors.toSet());
  }

  boolean forced() {
    return choice instanceof Choice.Required || choice instanceof Choice.Named;
  }

  /** Whether the answer ends with its first call, which nothing but a stop can make it. */
  boolean endsWithFirst() {
    return !told().isEmpty() && !several && !forced();
  }

  /** Calls of those that may be called; empty where there are none. */
  Optional<Grammar> grammar(ToolSyntax syntax) {
    var functions = new ArrayList<Grammars.Callable>();
    for (int i = 0; i < all.size(); i++) {
      Tool tool = all.get(i);
      boolean may =
          switch (choice) {
            case Choice.None() -> false;
            case Choice.Named(var name) -> name.equals(tool.name());
            case Choice.Auto(), Choice.Required() -> true;
          };
      if (may) {
        functions.add(new Grammars.Callable(tool.name(), tool.parameters()));
      }
    }
    return functions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            InvalidRequestException.ofSchema(
                "tools",
                () ->
                    Grammars.calls(
                        functions, syntax, several && !(choice instanceof Choice.Named))));
  }
}
