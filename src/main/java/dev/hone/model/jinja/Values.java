package dev.hone.model.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** How Python treats the values that a template handles. */
final class Values {
  /** A character on its own takes a hundred times its memory. */
  private static final int MAX_WALKED_CHARACTERS = 100_000;

  private Values() {}

  static boolean isTrue(Object value) {
    return switch (value) {
      case null -> false;
      case Undefined _ -> false;
      case Boolean flag -> flag;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case Text text -> !text.isEmpty();
      case List<?> items -> !items.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  /** As Python's {@code str()} or a template's output. */
  static Text text(Object value) {
    return switch (value) {
      case Text text -> text;
      case Undefined _ -> Text.EMPTY;
      case null, default -> Representation.of(value);
    };
  }

  static Text text(Object value, String what) {
    if (value instanceof Text text) {
      return text;
    }
    throw new TemplateException(what + " must be a string, not " + typeName(value));
  }

  static long integer(Object value, String what) {
    return switch (value) {
      case Long number -> number;
      case Boolean flag -> flag ? 1 : 0;
      case null, default ->
          throw new TemplateException(what + " must be an integer, not " + typeName(value));
    };
  }

  static String typeName(Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined(String what) -> "undefined (" + what + ")";
      case Boolean _ -> "a boolean";
      case Long _ -> "an integer";
      case Double _ -> "a float";
      case Text _ -> "a string";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "a mapping";
      case Function _ -> "a function";
      default -> "an object";
    };
  }

  /** What a loop walks over: items, keys or characters. */
  static List<?> items(Object value) {
    return switch (value) {
      case List<?> items -> items;
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case Text text -> characters(text);
      case Undefined _ -> List.of();
      case null, default ->
          throw new TemplateException(typeName(value) + " cannot be iterated over");
    };
  }

  private static List<Text> characters(Text text) {
    if (text.length() > MAX_WALKED_CHARACTERS) {
      throw new TemplateException(
          "a string of more than " + MAX_WALKED_CHARACTERS + " characters cannot be iterated over");
    }
    List<Text> characters = new ArrayList<>();
    String value = text.value();
    for (int at = 0; at < value.length(); ) {
      int end = at + Character.charCount(value.codePointAt(at));
      characters.add(text.slice(at, end));
      at = end;
    }
    return characters;
  }

  static long length(Object value) {
    return value instanceof Text text
        ? text.value().codePointCount(0, text.length())
        : items(value).size();
  }

  static boolean equal(Object left, Object right) {
    return equal(left, right, 0);
  }

  private static boolean equal(Object left, Object right, int depth) {
    checkDepth(depth);
    if (isNumber(left) && isNumber(right)) {
      return number(left) == number(right);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      Iterator<?> others = b.iterator();
      for (Object item : a) {
        if (!equal(item, others.next(), depth + 1)) {
          return false;
        }
      }
      return true;
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.size() == b.size()
          && a.entrySet().stream()
              .allMatch(
                  entry ->
                      b.containsKey(entry.getKey())
                          && equal(entry.getValue(), b.get(entry.getKey()), depth + 1));
    }
    if (left instanceof Undefined) {
      return right instanceof Undefined;
    }
    return left == null ? right == null : left instanceof Text && left.equals(right);
  }

  static void checkDepth(int depth) {
    if (depth > Budget.MAX_DEPTH) {
      throw new TemplateException("a value is nested deeper than " + Budget.MAX_DEPTH);
    }
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  /** Long values beyond 2^53 lose digits; no template counts that far. */
  static double number(Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number;
      case Boolean flag -> flag ? 1 : 0;
      case null, default -> throw new TemplateException(typeName(value) + " is not a number");
    };
  }

  static int compare(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return Double.compare(number(left), number(right));
    }
    if (left instanceof Text a && right instanceof Text b) {
      return a.value().compareTo(b.value());
    }
    throw new TemplateException(
        typeName(left) + " and " + typeName(right) + " cannot be put in order");
  }

  static boolean contains(Object container, Object value) {
    return switch (container) {
      case Text text ->
          text.value().contains(text(value, "what is looked for in a string").value());
      case Map<?, ?> map -> map.containsKey(key(value));
      case null, default -> items(container).stream().anyMatch(item -> equal(item, value));
    };
  }

  /** What may be a key: texts, numbers, booleans and none. */
  static Object key(Object value) {
    if (value == null || value instanceof Text || isNumber(value)) {
      return value;
    }
    throw new TemplateException(typeName(value) + " cannot be a key");
  }
}
