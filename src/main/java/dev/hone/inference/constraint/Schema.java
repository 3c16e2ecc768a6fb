package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A schema within a schema.
 *
 * @param path from the root, with slashes; empty for the root
 */
record Schema(JsonNode node, String path) {
  static Schema root(JsonNode node) {
    return new Schema(node, "");
  }

  boolean has(String keyword) {
    return node.has(keyword);
  }

  List<String> keywords() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  Schema at(String keyword) {
    return new Schema(node.get(keyword), place(keyword));
  }

  /** The schemas of a keyword that lists some. */
  List<Schema> list(String keyword) {
    JsonNode given = array(keyword);
    List<Schema> schemas = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      schemas.add(new Schema(given.get(i), place(keyword) + "/" + i));
    }
    return schemas;
  }

  JsonNode array(String keyword) {
    JsonNode given = node.get(keyword);
    if (!given.isArray() || given.isEmpty()) {
      throw refused(keyword, "must be an array that is not empty");
    }
    return given;
  }

  String text(String keyword) {
    JsonNode given = node.get(keyword);
    if (!given.isTextual()) {
      throw refused(keyword, "must be a string");
    }
    return given.textValue();
  }

  OptionalInt count(String keyword, int most) {
    if (!has(keyword)) {
      return OptionalInt.empty();
    }
    JsonNode given = node.get(keyword);
    if (!given.isNumber() || given.doubleValue() != given.intValue() || given.intValue() < 0) {
      throw refused(keyword, "must be a whole number, 0 or more");
    }
    if (given.intValue() > most) {
      throw unsupported(keyword, "above " + most);
    }
    return OptionalInt.of(given.intValue());
  }

  /** A keyword that settles all alone: others beside it would have to hold too. */
  void refuseBeside(String keyword, Set<String> harmless) {
    for (String other : keywords()) {
      if (!other.equals(keyword) && !harmless.contains(other)) {
        throw unsupported(other, "beside " + keyword);
      }
    }
  }

  UnsupportedSchemaException unsupported(String keyword) {
    return refused(keyword, "is not supported");
  }

  UnsupportedSchemaException unsupported(String keyword, String how) {
    return refused(keyword, "is not supported " + how);
  }

  UnsupportedSchemaException refused(String keyword, String problem) {
    return new UnsupportedSchemaException(place(keyword), problem);
  }

  UnsupportedSchemaException refused(String problem) {
    return new UnsupportedSchemaException(path.isEmpty() ? "/" : path, problem);
  }

  private String place(String keyword) {
    return path.isEmpty() ? keyword : path + "/" + keyword;
  }
}
