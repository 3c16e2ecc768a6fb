package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether no value can be of two schemas, as far as their surface shows. */
final class Disjoint {
  private Disjoint() {}

  static boolean areAll(List<Schema> schemas) {
    for (int i = 0; i < schemas.size(); i++) {
      for (int j = i + 1; j < schemas.size(); j++) {
        if (!differ(schemas.get(i).node(), schemas.get(j).node())) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean differ(JsonNode one, JsonNode other) {
    return differByType(one, other) || differByConstant(one, other);
  }

  private static boolean differByType(JsonNode one, JsonNode other) {
    if (!one.path("type").isTextual() || !other.path("type").isTextual()) {
      return false;
    }
    String first = one.path("type").asText();
    String second = other.path("type").asText();
    boolean numbers = Set.of("integer", "number").containsAll(List.of(first, second));
    return !first.equals(second) && !numbers;
  }

  /** Of objects that both must have a member which no value suits for both. */
  private static boolean differByConstant(JsonNode one, JsonNode other) {
    for (JsonNode name : one.path("required")) {
      for (JsonNode same : other.path("required")) {
        if (name.equals(same) && apart(member(one, name), member(other, name))) {
          return true;
        }
      }
    }
    return false;
  }

  private static Set<JsonNode> member(JsonNode schema, JsonNode name) {
    JsonNode member = schema.path("properties").path(name.asText());
    Set<JsonNode> values = new HashSet<>();
    if (member.has("const")) {
      values.add(member.get("const"));
    }
    member.path("enum").forEach(values::add);
    return values;
  }

  private static boolean apart(Set<JsonNode> some, Set<JsonNode> others) {
    return !some.isEmpty() && !others.isEmpty() && some.stream().noneMatch(others::contains);
  }
}
