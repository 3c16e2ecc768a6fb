package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rules for the values that a JSON Schema takes, or for some of them: members come in the order in
 * which the schema names them. What can't be held is refused by name.
 */
final class SchemaGrammar {
  /** They say nothing of which values are valid. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "discriminator",
          "title",
          "description",
          "default",
          "example",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly");

  private static final Set<String> CHOICES = Set.of("anyOf", "oneOf", "allOf", "$ref");
  private static final Set<String> VALUES = Set.of("const", "enum");
  private static final List<String> TYPES =
      List.of("object", "array", "string", "integer", "number", "boolean", "null");
  private static final int MOST_RULES = 2_000;
  private static final int MOST_DEEP = 64;
  private static final int MOST_STATES = 100_000;

  private final JsonNode root;
  private final Map<String, Rule.Later> definitions = new HashMap<>();
  private int rules;
  private int depth;
  private int states;

  SchemaGrammar(JsonNode root) {
    this.root = root;
  }

  /**
   * @throws UnsupportedSchemaException naming what is not supported
   */
  static Rule rule(JsonNode schema) {
    return new SchemaGrammar(schema).rule(Schema.root(schema));
  }

  Rule rule(Schema schema) {
    if (++rules > MOST_RULES) {
      throw schema.refused("is part of a schema with more than " + MOST_RULES + " parts");
    }
    if (++depth > MOST_DEEP) {
      throw schema.refused("is nested more than " + MOST_DEEP + " deep");
    }
    Rule rule = inner(schema);
    depth--;
    return rule;
  }

  private Rule inner(Schema schema) {
    if (schema.node().isBoolean()) {
      if (schema.node().booleanValue()) {
        return JsonRules.ANY;
      }
      throw schema.refused("takes nothing");
    }
    if (!schema.node().isObject()) {
      throw schema.refused("must be an object or a boolean");
    }
    refuseUnknown(schema);
    for (String choice : CHOICES) {
      if (schema.has(choice)) {
        schema.refuseBeside(choice, ANNOTATIONS);
        return choice(schema, choice);
      }
    }
    for (String values : VALUES) {
      if (schema.has(values)) {
        schema.refuseBeside(values, with(ANNOTATIONS, "type"));
        return values(schema, values);
      }
    }
    List<String> types = types(schema);
    return types.isEmpty()
        ? JsonRules.ANY
        : one(types.stream().map(type -> ofType(schema, type)).toList());
  }

  private static Set<String> with(Set<String> some, String one) {
    return Stream.concat(some.stream(), Stream.of(one)).collect(Collectors.toSet());
  }

  private static Rule one(List<Rule> options) {
    return options.size() == 1 ? options.getFirst() : new Rule.Either(options);
  }

  private static void refuseUnknown(Schema schema) {
    for (String keyword : schema.keywords()) {
      boolean known =
          ANNOTATIONS.contains(keyword)
              || CHOICES.contains(keyword)
              || VALUES.contains(keyword)
              || keyword.equals("type")
              || ObjectRules.KEYWORDS.contains(keyword)
              || ArrayRules.KEYWORDS.contains(keyword)
              || ScalarRules.STRING_KEYWORDS.contains(keyword)
              || ScalarRules.NUMBER_KEYWORDS.contains(keyword);
      if (!known) {
        throw schema.unsupported(keyword);
      }
    }
  }

  private Rule choice(Schema schema, String keyword) {
    if (keyword.equals("$ref")) {
      return definition(schema);
    }
    List<Schema> options = schema.list(keyword);
    switch (keyword) {
      case "allOf" -> {
        if (options.size() > 1) {
          throw schema.unsupported(keyword, "with more than one schema");
        }
      }
      case "oneOf" -> {
        if (!Disjoint.areAll(options.stream().map(this::resolved).toList())) {
          throw schema.unsupported(
              keyword, "unless its schemas differ by type or by a required constant");
        }
      }
      default -> {}
    }
    return one(options.stream().map(this::rule).toList());
  }

  /** A reference within the schema; one rule for each, which may be part of itself. */
  private Rule definition(Schema schema) {
    String reference = schema.text("$ref");
    Rule.Later known = definitions.get(reference);
    if (known != null) {
      return known;
    }
    Schema target = target(schema);
    var later = new Rule.Later();
    definitions.put(reference, later);
    later.is(rule(target));
    return later;
  }

  private Schema target(Schema schema) {
    String reference = schema.text("$ref");
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      throw schema.unsupported("$ref", "to another document, or by anchor");
    }
    String pointer =
        URLDecoder.decode(reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
    JsonNode target = root.at(pointer);
    if (target.isMissingNode()) {
      throw schema.refused("$ref", "names '" + reference + "', which is not there");
    }
    return new Schema(target, pointer.isEmpty() ? "" : pointer.substring(1));
  }

  /** What a schema that is nothing but a reference refers to. */
  private Schema resolved(Schema schema) {
    return schema.node().path("$ref").isTextual() ? target(schema) : schema;
  }

  private static Rule values(Schema schema, String keyword) {
    JsonNode given = schema.node().get(keyword);
    List<String> texts = new ArrayList<>();
    if (keyword.equals("const")) {
      texts.add(JsonRules.written(given));
    } else {
      schema.array(keyword).forEach(value -> texts.add(JsonRules.written(value)));
    }
    if (schema.has("type")) {
      List<String> types = types(schema);
      Iterable<JsonNode> values = keyword.equals("const") ? List.of(given) : given;
      texts.clear();
      for (JsonNode value : values) {
        if (types.stream().anyMatch(type -> isOf(type, value))) {
          texts.add(JsonRules.written(value));
        }
      }
    }
    if (texts.isEmpty()) {
      throw schema.refused(keyword, "leaves no value");
    }
    return JsonRules.oneOf(texts);
  }

  static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" ->
          value.isIntegralNumber()
              || (value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0);
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> value.isNull();
    };
  }

  /** The types of a schema; where it names none, the one that its keywords are about. */
  static List<String> types(Schema schema) {
    if (!schema.has("type")) {
      var about = new TreeSet<String>();
      for (String keyword : schema.keywords()) {
        about(keyword).forEach(about::add);
      }
      if (about.size() > 1) {
        throw schema.refused("type", "is required beside keywords of several types");
      }
      return List.copyOf(about);
    }
    JsonNode given = schema.node().get("type");
    List<String> types = new ArrayList<>();
    for (JsonNode type : given.isArray() ? given : List.of(given)) {
      if (!type.isTextual() || !TYPES.contains(type.textValue())) {
        throw schema.refused("type", "must be of " + String.join(", ", TYPES));
      }
      types.add(type.textValue());
    }
    if (types.isEmpty()) {
      throw schema.refused("type", "must not be empty");
    }
    return types;
  }

  private static Stream<String> about(String keyword) {
    if (ObjectRules.KEYWORDS.contains(keyword)) {
      return Stream.of("object");
    }
    if (ArrayRules.KEYWORDS.contains(keyword)) {
      return Stream.of("array");
    }
    if (ScalarRules.STRING_KEYWORDS.contains(keyword)) {
      return Stream.of("string");
    }
    return ScalarRules.NUMBER_KEYWORDS.contains(keyword) ? Stream.of("number") : Stream.of();
  }

  private Rule counted(Schema schema, Rule.Match rule) {
    states += rule.terminal().states();
    if (states > MOST_STATES) {
      throw schema.refused("is part of a schema whose strings take too many states");
    }
    return rule;
  }

  private Rule ofType(Schema schema, String type) {
    return switch (type) {
      case "object" -> new ObjectRules(this).rule(schema);
      case "array" -> new ArrayRules(this).rule(schema);
      case "string" -> counted(schema, ScalarRules.string(schema));
      case "integer" -> counted(schema, ScalarRules.integer(schema));
      case "number" -> counted(schema, ScalarRules.number(schema));
      case "boolean" -> JsonRules.BOOLEAN;
      default -> JsonRules.NULL;
    };
  }
}
