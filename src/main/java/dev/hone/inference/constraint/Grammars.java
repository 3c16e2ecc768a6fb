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
   * @throws UnsupportedSchemaException naming what is not supported
   */
  public static Grammar schema(JsonNode schema) {
    return new Grammar(SchemaGrammar.rule(schema));
  }
}
