package dev.hone.inference.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/** Strings and numbers. */
final class ScalarRules {
  static final Set<String> STRING_KEYWORDS = Set.of("minLength", "maxLength", "pattern", "format");
  static final Set<String> NUMBER_KEYWORDS =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

  /** Of a string with a bound: there is a state for each character. */
  private static final int MOST_LENGTH = 1_000;

  private ScalarRules() {}

  static Rule.Match string(Schema schema) {
    Automaton texts = null;
    String at = "minLength";
    if (schema.has("minLength") || schema.has("maxLength")) {
      texts = lengths(schema);
    }
    if (schema.has("pattern")) {
      at = "pattern";
      texts = both(texts, pattern(schema));
    }
    if (schema.has("format")) {
      at = "format";
      texts = both(texts, format(schema));
    }
    return texts == null ? JsonRules.STRING : string(schema, at, texts);
  }

  private static Rule.Match string(Schema schema, String keyword, Automaton texts) {
    try {
      return new Rule.Match(Characters.string(texts));
    } catch (TooComplexToDeterminizeException _) {
      throw schema.unsupported(keyword, "since it takes too many states");
    } catch (IllegalArgumentException _) {
      throw schema.refused(keyword, "leaves no string");
    }
  }

  private static Automaton lengths(Schema schema) {
    int least = schema.count("minLength", MOST_LENGTH).orElse(0);
    var most = schema.count("maxLength", MOST_LENGTH);
    if (most.isEmpty()) {
      return Operations.repeat(Characters.ANY, least);
    }
    if (most.getAsInt() < least) {
      throw schema.refused("maxLength", "is less than minLength");
    }
    return Operations.repeat(Characters.ANY, least, most.getAsInt());
  }

  private static Automaton pattern(Schema schema) {
    String source = schema.text("pattern");
    try {
      return Operations.determinize(Pattern.texts(source), Terminal.MOST_WORK);
    } catch (TooComplexToDeterminizeException _) {
      throw schema.unsupported("pattern", "since it takes too many states");
    } catch (IllegalArgumentException e) {
      throw schema.refused("pattern", e.getMessage());
    }
  }

  private static Automaton format(Schema schema) {
    return Formats.texts(schema.text("format"))
        .orElseThrow(
            () ->
                schema.unsupported(
                    "format",
                    "with '" + schema.text("format") + "', only with " + Formats.known()));
  }

  private static Automaton both(Automaton one, Automaton other) {
    return one == null ? other : Operations.intersection(one, other);
  }

  static Rule.Match integer(Schema schema) {
    if (NUMBER_KEYWORDS.stream().noneMatch(schema::has)) {
      return JsonRules.INTEGER;
    }
    return number(schema, Numbers.integers(least(schema), most(schema)));
  }

  static Rule.Match number(Schema schema) {
    if (NUMBER_KEYWORDS.stream().noneMatch(schema::has)) {
      return JsonRules.NUMBER;
    }
    return number(schema, Numbers.decimals(least(schema), most(schema)));
  }

  private static Rule.Match number(Schema schema, Automaton texts) {
    if (Operations.isEmpty(Operations.removeDeadStates(texts))) {
      throw schema.refused("its bounds leave no number");
    }
    return new Rule.Match(Terminal.of(texts));
  }

  private static Numbers.Bound least(Schema schema) {
    var included = bound(schema, "minimum", true);
    var excluded = bound(schema, "exclusiveMinimum", false);
    if (included == null || excluded == null) {
      return included == null ? excluded : included;
    }
    return included.value().compareTo(excluded.value()) > 0 ? included : excluded;
  }

  private static Numbers.Bound most(Schema schema) {
    var included = bound(schema, "maximum", true);
    var excluded = bound(schema, "exclusiveMaximum", false);
    if (included == null || excluded == null) {
      return included == null ? excluded : included;
    }
    return included.value().compareTo(excluded.value()) < 0 ? included : excluded;
  }

  private static Numbers.Bound bound(Schema schema, String keyword, boolean included) {
    if (!schema.has(keyword)) {
      return null;
    }
    JsonNode given = schema.node().get(keyword);
    if (!given.isNumber()) {
      throw schema.refused(keyword, "must be a number");
    }
    var value = given.decimalValue();
    if (value.precision() - value.scale() > 18 || value.scale() > 18) {
      throw schema.unsupported(keyword, "with so many digits");
    }
    return new Numbers.Bound(value, included);
  }
}
