package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.ToolSyntax;
import java.util.ArrayList;
import java.util.List;

/** The grammars that answers are held to. */
public final class Grammars {
  private static final int MOST_CALLS = 8;

  private Grammars() {}

  /** Any JSON object. */
  public static Grammar object() {
    return new Grammar(JsonRules.OBJECT);
  }

  /**
   * JSON that a schema takes.
   *
   * @param strict whether the schema has to be as OpenAI asks of strict ones
   * @throws UnsupportedSchemaException naming what is not supported
   */
  public static Grammar schema(JsonNode schema, boolean strict) {
    var grammar = new Grammar(SchemaGrammar.rule(schema));
    if (strict) {
      StrictSchema.check(schema);
    }
    return grammar;
  }

  /**
   * A function that can be called.
   *
   * @param parameters the schema of its arguments
   */
  public record Callable(String name, JsonNode parameters) {}

  /**
   * Calls of functions, each with arguments that its schema takes.
   *
   * @param several whether there may be more than one
   * @throws UnsupportedSchemaException naming what is not supported
   */
  public static Grammar calls(List<Callable> functions, ToolSyntax syntax, boolean several) {
    List<Rule> options = new ArrayList<>();
    for (Callable function : functions) {
      options.add(
          Rule.all(
              Rule.text(syntax.opening(function.name())),
              SchemaGrammar.rule(function.parameters()),
              Rule.text(syntax.closing())));
    }
    Rule call = new Rule.Either(options);
    boolean more = several && syntax == ToolSyntax.TAGGED;
    return new Grammar(
        more
            ? Rule.all(call, new Rule.Times(Rule.all(Rule.text("\n"), call), 0, MOST_CALLS - 1))
            : call);
  }

  /** What either of two takes. */
  public static Grammar either(Grammar one, Grammar other) {
    return new Grammar(Rule.either(one.root(), other.root()));
  }
}
