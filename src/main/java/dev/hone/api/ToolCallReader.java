package dev.hone.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.ToolSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the calls out of one answer's text as it comes. What begins like a call is held back until
 * it is one; what turns out to be none is text.
 */
final class ToolCallReader {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final ToolSyntax syntax;
  private final Set<String> names;
  private final StringBuilder held = new StringBuilder();
  private int calls;
  private boolean bare;

  /**
   * @param names of the functions that may be called; with none all is text
   */
  ToolCallReader(ToolSyntax syntax, Set<String> names) {
    this.syntax = syntax;
    this.names = names;
    this.bare = syntax == ToolSyntax.BARE;
  }

  /** What an answer is made of. */
  sealed interface Part {
    /** Something said. */
    record Text(String text) implements Part {}

    /**
     * A function to be called.
     *
     * @param index from 0
     * @param arguments a JSON object
     */
    record Call(int index, String id, String name, String arguments) implements Part {}
  }

  /** Whether a call was found. */
  boolean called() {
    return calls > 0;
  }

  /** What is known once this is added. */
  List<Part> push(String text) {
    if (names.isEmpty()) {
      return text.isEmpty() ? List.of() : List.of(new Part.Text(text));
    }
    held.append(text);
    var parts = new ArrayList<Part>();
    if (syntax == ToolSyntax.BARE) {
      pushBare(parts);
    } else {
      pushTagged(parts);
    }
    return parts;
  }

  /** What is left at the end. */
  List<Part> end() {
    var parts = new ArrayList<Part>();
    String rest = held.toString();
    held.setLength(0);
    if (syntax == ToolSyntax.TAGGED && rest.stripLeading().startsWith(ToolSyntax.OPEN)) {
      // A stop may have taken the closing tag.
      add(parts, call(rest.stripLeading().substring(ToolSyntax.OPEN.length())), rest);
    } else if (bare && !rest.isBlank()) {
      add(parts, call(rest), rest);
    } else if (!rest.isBlank() || (calls == 0 && !rest.isEmpty())) {
      parts.add(new Part.Text(rest));
    }
    return parts;
  }

  private void pushBare(List<Part> parts) {
    if (bare && !held.toString().isBlank()) {
      bare = held.toString().stripLeading().startsWith("{");
    }
    if (!bare) {
      parts.add(new Part.Text(held.toString()));
      held.setLength(0);
    }
  }

  private void pushTagged(List<Part> parts) {
    while (true) {
      int open = held.indexOf(ToolSyntax.OPEN);
      if (open < 0) {
        say(parts, safe());
        return;
      }
      say(parts, withoutSpace(open));
      int close = held.indexOf(ToolSyntax.CLOSE, held.indexOf(ToolSyntax.OPEN));
      if (close < 0) {
        return;
      }
      int inside = held.indexOf(ToolSyntax.OPEN) + ToolSyntax.OPEN.length();
      String inner = held.substring(inside, close);
      String whole = held.substring(0, close + ToolSyntax.CLOSE.length());
      held.delete(0, whole.length());
      add(parts, call(inner), whole);
    }
  }

  private void say(List<Part> parts, int length) {
    if (length > 0) {
      parts.add(new Part.Text(held.substring(0, length)));
      held.delete(0, length);
    }
  }

  /** Without white space at the end, which may stand before a call, and a tag's beginning. */
  private int safe() {
    int end = held.length();
    int longest = Math.min(ToolSyntax.OPEN.length() - 1, end);
    for (int length = longest; length > 0; length--) {
      if (ToolSyntax.OPEN.startsWith(held.substring(held.length() - length))) {
        end = held.length() - length;
        break;
      }
    }
    return withoutSpace(end);
  }

  private int withoutSpace(int length) {
    int end = length;
    while (end > 0 && Character.isWhitespace(held.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  private void add(List<Part> parts, Optional<Part> call, String otherwise) {
    parts.add(call.orElseGet(() -> new Part.Text(otherwise)));
  }

  private Optional<Part> call(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException _) {
      return Optional.empty(); // a malformed call is something said
    }
    JsonNode arguments = node.path(node.has("parameters") ? "parameters" : "arguments");
    String name = node.path("name").asText();
    if (!arguments.isObject() || !names.contains(name)) {
      return Optional.empty();
    }
    return Optional.of(new Part.Call(calls++, ToolCalls.freshId(), name, arguments.toString()));
  }
}
