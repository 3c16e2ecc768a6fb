package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;

/** The grammars that answers are held to. */
public final class Grammars {
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
    if (strict) {
      StrictSchema.check(schema);
    }
    return new Grammar(SchemaGrammar.rule(schema));
  }
}
