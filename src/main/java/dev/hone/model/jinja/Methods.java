package dev.hone.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The methods of strings and mappings that templates may call; none of them changes anything. */
final class Methods {
  private final Budget budget;

  Methods(Budget budget) {
    this.budget = budget;
  }

  Optional<Function> of(Object target, String name) {
    return Optional.ofNullable(
        switch (target) {
          case Text text -> ofText(text, name);
          case Map<?, ?> map -> ofMap(map, name);
          case List<?> items -> ofList(items, name);
          case null, default -> null;
        });
  }

  private Function ofText(Text text, String name) {
    String value = text.value();
    return switch (name) {
      case "strip" -> in -> text.stripped(characters(in), true, true);
      case "lstrip" -> in -> text.stripped(characters(in), true, false);
      case "rstrip" -> in -> text.stripped(characters(in), false, true);
      case "split" -> in -> split(text, in.optionalText(0, "sep"), in.integer(1, "maxsplit", -1));
      case "rsplit" -> in -> splitFromEnd(text, in.text(0, "sep"), in.integer(1, "maxsplit", -1));
      case "splitlines" -> _ -> Strings.lines(text);
      case "startswith" -> in -> any(in, prefix -> value.startsWith(prefix));
      case "endswith" -> in -> any(in, suffix -> value.endsWith(suffix));
      case "removeprefix" ->
          in -> {
            String prefix = in.text(0, "prefix").value();
            return value.startsWith(prefix) ? text.slice(prefix.length(), text.length()) : text;
          };
      case "removesuffix" ->
          in -> {
            String suffix = in.text(0, "suffix").value();
            return value.endsWith(suffix) ? text.slice(0, text.length() - suffix.length()) : text;
          };
      case "upper" -> _ -> Strings.upper(text);
      case "lower" -> _ -> Strings.lower(text);
      case "title" -> _ -> Strings.title(text);
      case "capitalize" -> _ -> Strings.capitalised(text);
      case "replace" ->
          in ->
              Strings.replace(
                  text, in.text(0, "old"), in.text(1, "new"), in.integer(2, "count", -1), budget);
      case "join" -> in -> Strings.join(Values.items(in.required(0, "items")), text, budget);
      case "find" -> in -> found(value, value.indexOf(in.text(0, "sub").value()));
      case "rfind" -> in -> found(value, value.lastIndexOf(in.text(0, "sub").value()));
      case "count" -> in -> Strings.count(value, in.text(0, "sub").value());
      case "isdigit" -> _ -> !value.isEmpty() && value.chars().allMatch(Character::isDigit);
      case "isalpha" -> _ -> !value.isEmpty() && value.chars().allMatch(Character::isLetter);
      case "isalnum" -> _ -> !value.isEmpty() && value.chars().allMatch(Character::isLetterOrDigit);
      case "isspace" -> _ -> !value.isEmpty() && value.chars().allMatch(Text::isSpace);
      default -> null;
    };
  }

  private static long found(String value, int index) {
    return index < 0 ? -1 : value.codePointCount(0, index);
  }

  private static String characters(Inputs in) {
    Text characters = in.optionalText(0, "chars");
    return characters == null ? null : characters.value();
  }

  private static boolean any(Inputs in, Predicate<String> test) {
    Object wanted = in.required(0, "affix");
    return wanted instanceof List<?> several
        ? several.stream().anyMatch(one -> test.test(Values.text(one, "affix").value()))
        : test.test(Values.text(wanted, "affix").value());
  }

  private List<Text> split(Text text, Text separator, long most) {
    List<Text> parts = new ArrayList<>();
    String value = text.value();
    if (separator == null) {
      return budget.made(Strings.words(text, most));
    }
    int from = 0;
    while (most < 0 || parts.size() < most) {
      int at = value.indexOf(nonEmpty(separator), from);
      if (at < 0) {
        break;
      }
      parts.add(text.slice(from, at));
      from = at + separator.length();
    }
    parts.add(text.slice(from, value.length()));
    return budget.made(parts);
  }

  private List<Text> splitFromEnd(Text text, Text separator, long most) {
    List<Text> parts = new ArrayList<>();
    int to = text.length();
    while (most < 0 || parts.size() < most) {
      int at = text.value().lastIndexOf(nonEmpty(separator), to - separator.length());
      if (at < 0) {
        break;
      }
      parts.addFirst(text.slice(at + separator.length(), to));
      to = at;
    }
    parts.addFirst(text.slice(0, to));
    return budget.made(parts);
  }

  private static String nonEmpty(Text separator) {
    if (separator.isEmpty()) {
      throw new TemplateException("a separator is empty");
    }
    return separator.value();
  }

  private Function ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> _ -> budget.made(pairs(map));
      case "keys" -> _ -> budget.made(new ArrayList<>(map.keySet()));
      case "values" -> _ -> budget.made(new ArrayList<>(map.values()));
      case "copy" -> _ -> map;
      case "get" ->
          in -> {
            Object key = Values.key(in.required(0, "key"));
            return map.containsKey(key) ? map.get(key) : in.get(1, "default", null);
          };
      default -> null;
    };
  }

  static List<List<Object>> pairs(Map<?, ?> map) {
    List<List<Object>> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(pair(key, value)));
    return pairs;
  }

  private static List<Object> pair(Object key, Object value) {
    List<Object> pair = new ArrayList<>(2); // List.of takes no none
    pair.add(key);
    pair.add(value);
    return new Tuple(pair);
  }

  private Function ofList(List<?> items, String name) {
    return switch (name) {
      case "copy" -> _ -> items;
      case "count" ->
          in -> items.stream().filter(item -> Values.equal(item, in.required(0, "value"))).count();
      case "index" ->
          in -> {
            for (int i = 0; i < items.size(); i++) {
              if (Values.equal(items.get(i), in.required(0, "value"))) {
                return (long) i;
              }
            }
            throw new TemplateException("a list does not hold what its index was asked for");
          };
      default -> null;
    };
  }
}
