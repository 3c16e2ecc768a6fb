package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * What OpenAI asks of a schema that is to be followed strictly: an object at the top, and in every
 * object nothing but the members that are named, each of them required.
 */
final class StrictSchema {
  private StrictSchema() {}

  /**
   * @throws UnsupportedSchemaException naming what is missing
   */
  static void check(JsonNode schema) {
    if (!schema.path("type").asText().equals("object")) {
      throw new UnsupportedSchemaException("type", "must be object at the top where strict is set");
    }
    check(Schema.root(schema));
  }

  private static void check(Schema schema) {
    if (!schema.node().isObject()) {
      return;
    }
    if (schema.node().path("properties").isObject()
        || schema.node().path("type").asText().equals("object")) {
      checkObject(schema);
    }
    for (String keyword : Set.of("properties", "$defs", "definitions")) {
      if (schema.node().path(keyword).isObject()) {
        Schema named = schema.at(keyword);
        named.keywords().forEach(name -> check(named.at(name)));
      }
    }
    for (String keyword : Set.of("anyOf", "oneOf", "allOf", "prefixItems")) {
      if (schema.node().path(keyword).isArray() && !schema.node().path(keyword).isEmpty()) {
        schema.list(keyword).forEach(StrictSchema::check);
      }
    }
    if (schema.has("items")) {
      check(schema.at("items"));
    }
  }

  private static void checkObject(Schema schema) {
    JsonNode others = schema.node().path("additionalProperties");
    if (!others.isBoolean() || others.booleanValue()) {
      throw schema.refused("additionalProperties", "must be false where strict is set");
    }
    Set<String> required = new HashSet<>();
    schema.node().path("required").forEach(name -> required.add(name.asText()));
    schema
        .node()
        .path("properties")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!required.contains(name)) {
                throw schema.refused(
                    "required", "must name '" + name + "' too where strict is set");
              }
            });
  }
}
