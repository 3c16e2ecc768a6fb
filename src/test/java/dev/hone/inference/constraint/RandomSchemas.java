package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.random.RandomGenerator;

/** Schemas out of everything that is supported. */
final class RandomSchemas {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final List<String> NAMES =
      List.of("a", "name", "é", "a b", "quote\"d", "line\nbreak", "日本", "$x", "");
  private static final List<String> FORMATS = List.of("date", "time", "date-time", "uuid", "ipv4");
  private static final List<String> PATTERNS =
      List.of(
          "^[a-z]{2,5}$",
          "^\\d{3}-\\d{4}$",
          "x+y?",
          "^(foo|bar)",
          "[^a-z\\s]$",
          "^\\w+(\\.\\w+)*@\\S+$",
          "^.$|^ab$",
          "^\"quoted\\\\\"?$",
          "^(?:[A-F0-9]{2}:){2}[A-F0-9]{2}$");

  private final RandomGenerator random;

  RandomSchemas(RandomGenerator random) {
    this.random = random;
  }

  /** An object that also has definitions which refer to each other and to themselves. */
  JsonNode next() {
    ObjectNode root = object(3);
    ObjectNode definitions = root.putObject("$defs");
    definitions.set("leaf", schema(1));
    ObjectNode tree = definitions.putObject("tree").put("type", "object");
    ObjectNode properties = tree.putObject("properties");
    properties.putObject("value").put("$ref", "#/$defs/leaf");
    ObjectNode children = properties.putObject("children").put("type", "array").put("maxItems", 2);
    children.putObject("items").put("$ref", "#/$defs/tree");
    tree.putArray("required").add("value");
    tree.put("additionalProperties", false);
    return root;
  }

  private JsonNode schema(int depth) {
    return switch (random.nextInt(depth > 0 ? 14 : 8)) {
      case 0 -> string();
      case 1 -> MAPPER.createObjectNode().put("type", "string").put("format", pick(FORMATS));
      case 2 -> MAPPER.createObjectNode().put("type", "string").put("pattern", pick(PATTERNS));
      case 3, 4 -> number();
      case 5 -> MAPPER.createObjectNode().put("type", "boolean");
      case 6 -> enumeration();
      case 7 -> types();
      case 8, 9 -> object(depth - 1);
      case 10 -> array(depth - 1);
      case 11 -> tuple(depth - 1);
      case 12 -> anyOf(depth - 1);
      default ->
          depth > 1
              ? MAPPER.createObjectNode().put("$ref", "#/$defs/" + pick(List.of("leaf", "tree")))
              : MAPPER.createObjectNode().put("type", "null");
    };
  }

  private ObjectNode string() {
    ObjectNode schema = MAPPER.createObjectNode().put("type", "string").put("title", "t");
    if (random.nextBoolean()) {
      schema.put("minLength", random.nextInt(4));
    }
    if (random.nextBoolean()) {
      schema.put("maxLength", 4 + random.nextInt(20));
    }
    return schema;
  }

  private ObjectNode number() {
    ObjectNode schema = MAPPER.createObjectNode();
    schema.put("type", random.nextBoolean() ? "integer" : "number");
    double least = Math.round(random.nextGaussian() * 1000) / (random.nextBoolean() ? 100.0 : 1.0);
    if (random.nextBoolean()) {
      schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", least);
    }
    if (random.nextBoolean()) {
      schema.put(
          random.nextBoolean() ? "maximum" : "exclusiveMaximum", least + 2 + random.nextInt(99));
    }
    return schema;
  }

  private ObjectNode enumeration() {
    ObjectNode schema = MAPPER.createObjectNode();
    if (random.nextBoolean()) {
      schema.set("const", MAPPER.createObjectNode().put("k", "v").put("n", 1.5));
      return schema;
    }
    ArrayNode values = schema.putArray("enum");
    values.add("red").add("green \"\\").add(3).addNull().add(true).addArray().add("x").add(1);
    return schema;
  }

  private ObjectNode types() {
    ObjectNode schema = MAPPER.createObjectNode();
    schema.putArray("type").add("string").add("null").add("integer");
    return schema.put("maxLength", 8).put("minimum", 2);
  }

  private ObjectNode object(int depth) {
    ObjectNode schema = MAPPER.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (int i = random.nextInt(5); i > 0; i--) {
      String name = pick(NAMES);
      if (!properties.has(name) && random.nextBoolean()) {
        required.add(name);
      }
      properties.set(name, schema(depth));
    }
    switch (random.nextInt(4)) {
      case 0 -> schema.put("additionalProperties", false);
      case 1 -> schema.put("additionalProperties", true);
      case 2 -> schema.set("additionalProperties", string());
      default -> {}
    }
    return schema;
  }

  private ObjectNode array(int depth) {
    ObjectNode schema = MAPPER.createObjectNode().put("type", "array");
    schema.set("items", schema(depth));
    int least = random.nextInt(3);
    if (random.nextBoolean()) {
      schema.put("minItems", least);
    }
    return random.nextBoolean() ? schema.put("maxItems", least + random.nextInt(3)) : schema;
  }

  private ObjectNode tuple(int depth) {
    ObjectNode schema = MAPPER.createObjectNode().put("type", "array");
    schema.putArray("prefixItems").add(schema(depth)).add(schema(depth));
    schema.put("minItems", random.nextInt(3)).put("maxItems", 2 + random.nextInt(2));
    switch (random.nextInt(3)) {
      case 0 -> schema.put("items", false);
      case 1 -> schema.set("items", schema(depth));
      default -> {}
    }
    return schema;
  }

  private ObjectNode anyOf(int depth) {
    ObjectNode schema = MAPPER.createObjectNode();
    schema.putArray("anyOf").add(schema(depth)).add(schema(depth)).add(schema(0));
    return schema;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
