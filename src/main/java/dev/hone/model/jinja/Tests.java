package dev.hone.model.jinja;

import java.util.List;
import java.util.Map;

/** What follows {@code is}, and the comparisons. */
final class Tests {
  private Tests() {}

  static boolean apply(String name, Object value, Inputs in) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "string" -> value instanceof Text;
      case "mapping" -> value instanceof Map<?, ?>;
      case "sequence" ->
          value instanceof Text || value instanceof List<?> || value instanceof Map<?, ?>;
      case "iterable" ->
          value instanceof Text
              || value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof Undefined;
      case "callable" -> value instanceof Function;
      case "number" -> Values.isNumber(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "odd" -> Math.floorMod(Values.integer(value, "what is odd"), 2L) == 1;
      case "even" -> Math.floorMod(Values.integer(value, "what is even"), 2L) == 0;
      case "divisibleby" -> {
        long divisor = Values.integer(in.required(0, "num"), "num");
        if (divisor == 0) {
          throw new TemplateException("nothing is divisible by 0");
        }
        yield Values.integer(value, "what is divided") % divisor == 0;
      }
      case "upper" -> isCased(value, Strings.upper(Values.text(value)));
      case "lower" -> isCased(value, Strings.lower(Values.text(value)));
      case "in" -> Values.contains(in.required(0, "seq"), value);
      case "eq", "equalto", "sameas" -> Values.equal(value, in.required(0, "other"));
      case "ne" -> !Values.equal(value, in.required(0, "other"));
      case "lt", "lessthan" -> compare("<", value, in.required(0, "other"));
      case "le" -> compare("<=", value, in.required(0, "other"));
      case "gt", "greaterthan" -> compare(">", value, in.required(0, "other"));
      case "ge" -> compare(">=", value, in.required(0, "other"));
      default -> throw new TemplateException("there is no test '" + name + "'");
    };
  }

  private static boolean isCased(Object value, Text cased) {
    String text = Values.text(value).value();
    return text.chars().anyMatch(Character::isLetter) && text.equals(cased.value());
  }

  static boolean compare(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Values.equal(left, right);
      case "!=" -> !Values.equal(left, right);
      case "in" -> Values.contains(right, left);
      case "not in" -> !Values.contains(right, left);
      case "<" -> Values.compare(left, right) < 0;
      case "<=" -> Values.compare(left, right) <= 0;
      case ">" -> Values.compare(left, right) > 0;
      default -> Values.compare(left, right) >= 0;
    };
  }
}
