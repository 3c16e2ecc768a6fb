package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * JSON with a bounded choice of white space: one space or none behind a colon and a comma, none
 * elsewhere, so that there is no way of writing nothing for ever.
 */
final class JsonRules {
  /** Objects and arrays in a value of which nothing is known. */
  private static final int MOST_NESTED = 12;

  private static final Automaton SPACE = Operations.optional(Automata.makeChar(' '));
  private static final Automaton COLON = Chain.of(Automata.makeChar(':'), SPACE);

  static final Rule COMMA = new Rule.Match(Terminal.of(Chain.of(Automata.makeChar(','), SPACE)));

  static final Rule.Match STRING = new Rule.Match(Characters.string(Characters.TEXT));
  static final Rule.Match INTEGER = new Rule.Match(Numbers.INTEGER);
  static final Rule.Match NUMBER = new Rule.Match(Numbers.NUMBER);
  static final Rule BOOLEAN = oneOf(List.of("true", "false"));
  static final Rule NULL = Rule.text("null");

  private static final Rule OPEN_OBJECT = Rule.text("{");
  private static final Rule CLOSE_OBJECT = Rule.text("}");
  private static final Rule OPEN_ARRAY = Rule.text("[");
  private static final Rule CLOSE_ARRAY = Rule.text("]");
  private static final Rule ANY_NAME = new Rule.Match(name(Characters.TEXT));

  /** Any object. */
  static final Rule OBJECT;

  /** Any value. */
  static final Rule ANY;

  static {
    Rule inner = Rule.either(STRING, NUMBER, BOOLEAN, NULL);
    Rule object = null;
    for (int depth = 0; depth < MOST_NESTED; depth++) {
      object = object(members(ANY_NAME, inner));
      inner = Rule.either(STRING, NUMBER, BOOLEAN, NULL, object, array(list(inner)));
    }
    OBJECT = object;
    ANY = inner;
  }

  private JsonRules() {}

  static Rule object(Rule members) {
    return Rule.all(OPEN_OBJECT, members, CLOSE_OBJECT);
  }

  static Rule array(Rule items) {
    return Rule.all(OPEN_ARRAY, items, CLOSE_ARRAY);
  }

  private static Rule list(Rule item) {
    return Rule.optional(Rule.all(item, new Rule.Times(Rule.all(COMMA, item), 0, Rule.Times.ANY)));
  }

  private static Rule members(Rule name, Rule value) {
    return list(Rule.all(name, value));
  }

  /** A member's name with its colon. */
  static Rule name(String name) {
    return new Rule.Match(Terminal.of(Chain.of(Automata.makeString(quoted(name)), COLON)));
  }

  /** Any name but these, with its colon. */
  static Rule nameOtherThan(List<String> names) {
    if (names.isEmpty()) {
      return ANY_NAME;
    }
    var declared = Operations.union(names.stream().map(Automata::makeString).toList());
    return new Rule.Match(name(Operations.minus(Characters.TEXT, declared, Terminal.MOST_WORK)));
  }

  private static Terminal name(Automaton names) {
    return Terminal.of(Chain.of(Characters.quoted(names), COLON));
  }

  /** One of some texts as they stand. */
  static Rule oneOf(List<String> texts) {
    return new Rule.Match(
        Terminal.of(Operations.union(texts.stream().map(Automata::makeString).toList())));
  }

  /** A value as it is written here; arrays and objects in the order that they have. */
  static String written(JsonNode value) {
    if (value.isTextual()) {
      return quoted(value.textValue());
    }
    List<String> parts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(item -> parts.add(written(item)));
      return "[" + String.join(", ", parts) + "]";
    }
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> parts.add(quoted(field.getKey()) + ": " + written(field.getValue())));
      return "{" + String.join(", ", parts) + "}";
    }
    return value.toString();
  }

  private static String quoted(String text) {
    var out = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> append(out, character);
              }
            });
    return out.append('"').toString();
  }

  private static void append(StringBuilder out, int character) {
    boolean surrogate = Character.getType(character) == Character.SURROGATE;
    if (character >= ' ' && character <= Characters.LAST && !surrogate) {
      out.appendCodePoint(character);
      return;
    }
    for (char half : Character.toChars(character)) {
      out.append("\\u%04x".formatted((int) half));
    }
  }
}
