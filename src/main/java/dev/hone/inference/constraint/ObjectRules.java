package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Objects: the members that are named, in their order, then others if others may be. */
final class ObjectRules {
  static final Set<String> KEYWORDS = Set.of("properties", "required", "additionalProperties");

  private final SchemaGrammar grammar;

  ObjectRules(SchemaGrammar grammar) {
    this.grammar = grammar;
  }

  Rule rule(Schema schema) {
    Set<String> required = required(schema);
    Optional<Rule> others = others(schema);
    Map<String, Rule> members = new LinkedHashMap<>();
    if (schema.has("properties")) {
      var properties = schema.at("properties");
      if (!properties.node().isObject()) {
        throw schema.refused("properties", "must be an object");
      }
      for (String name : properties.keywords()) {
        member(properties.at(name), required.contains(name))
            .ifPresent(value -> members.put(name, Rule.all(JsonRules.name(name), value)));
      }
    }
    for (String name : required) {
      if (!members.containsKey(name)) {
        Rule value =
            others.orElseThrow(
                () -> schema.refused("required", "names '" + name + "', which may not be there"));
        members.put(name, Rule.all(JsonRules.name(name), value));
      }
    }
    if (members.isEmpty() && others.filter(JsonRules.ANY::equals).isPresent()) {
      return JsonRules.OBJECT;
    }
    return JsonRules.object(chain(members, required, named(schema), others));
  }

  /** A member whose schema is false is one that is never there. */
  private Optional<Rule> member(Schema schema, boolean required) {
    boolean never = schema.node().isBoolean() && !schema.node().booleanValue();
    return never && !required ? Optional.empty() : Optional.of(grammar.rule(schema));
  }

  private static List<String> named(Schema schema) {
    return schema.has("properties") ? schema.at("properties").keywords() : List.of();
  }

  private static Set<String> required(Schema schema) {
    Set<String> required = new LinkedHashSet<>();
    if (schema.has("required")) {
      JsonNode given = schema.node().get("required");
      if (!given.isArray()) {
        throw schema.refused("required", "must be an array of names");
      }
      for (JsonNode name : given) {
        if (!name.isTextual()) {
          throw schema.refused("required", "must be an array of names");
        }
        required.add(name.textValue());
      }
    }
    return required;
  }

  /**
   * The value of members that are not named. Without a word on it there are none beside named ones,
   * since a model told of some should keep to them.
   */
  private Optional<Rule> others(Schema schema) {
    if (!schema.has("additionalProperties")) {
      return schema.has("properties") && !schema.node().get("properties").isEmpty()
          ? Optional.empty()
          : Optional.of(JsonRules.ANY);
    }
    var others = schema.at("additionalProperties");
    boolean never = others.node().isBoolean() && !others.node().booleanValue();
    return never ? Optional.empty() : Optional.of(grammar.rule(others));
  }

  /** From the last member to the first: what follows with members before it, and without. */
  private static Rule chain(
      Map<String, Rule> members, Set<String> required, List<String> named, Optional<Rule> others) {
    Rule first = Rule.NOTHING;
    Rule further = Rule.NOTHING;
    if (others.isPresent()) {
      var excluded = new LinkedHashSet<>(named);
      excluded.addAll(members.keySet());
      Rule other = Rule.all(JsonRules.nameOtherThan(List.copyOf(excluded)), others.orElseThrow());
      further = new Rule.Times(Rule.all(JsonRules.COMMA, other), 0, Rule.Times.ANY);
      first = Rule.optional(Rule.all(other, further));
    }
    for (String name : new ArrayList<>(members.keySet()).reversed()) {
      Rule opening = Rule.all(members.get(name), further);
      Rule following = Rule.all(JsonRules.COMMA, members.get(name), further);
      first = required.contains(name) ? opening : Rule.either(opening, first);
      further = required.contains(name) ? following : Rule.either(following, further);
    }
    return first;
  }
}
