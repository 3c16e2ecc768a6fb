package dev.hone.model.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What follows {@code |}. */
final class Filters {
  private final Budget budget;
  private final Evaluator evaluator;

  Filters(Budget budget, Evaluator evaluator) {
    this.budget = budget;
    this.evaluator = evaluator;
  }

  Object apply(String name, Object value, Inputs in) {
    budget.step();
    return switch (name) {
      case "trim" -> {
        Text characters = in.optionalText(0, "chars");
        yield Values.text(value)
            .stripped(characters == null ? null : characters.value(), true, true);
      }
      case "upper" -> budget.made(Strings.upper(Values.text(value)));
      case "lower" -> budget.made(Strings.lower(Values.text(value)));
      case "title" -> budget.made(Strings.titleOfWords(Values.text(value)));
      case "capitalize" -> budget.made(Strings.capitalised(Values.text(value)));
      case "replace" ->
          Strings.replace(
              Values.text(value),
              in.text(0, "old"),
              in.text(1, "new"),
              in.integer(2, "count", -1),
              budget);
      case "indent" -> indented(Values.text(value), in);
      case "string" -> budget.made(Values.text(value));
      case "safe" -> value;
      case "tojson" -> budget.made(json(in).of(value));
      case "length", "count" -> Values.length(value);
      case "default", "d" -> {
        boolean replaced =
            in.flag(1, "boolean") ? !Values.isTrue(value) : value instanceof Undefined;
        yield replaced ? in.get(0, "default_value", Text.EMPTY) : value;
      }
      case "int" -> integer(value, in);
      case "float" -> Values.number(value);
      case "abs" ->
          value instanceof Double d
              ? (Object) Math.abs(d)
              : (Object) Math.abs(Values.integer(value, "it"));
      default -> ofItems(name, value, in);
    };
  }

  private Object ofItems(String name, Object value, Inputs in) {
    return switch (name) {
      case "first" -> edge(Values.items(value), true);
      case "last" -> edge(Values.items(value), false);
      case "list" -> budget.made(new ArrayList<Object>(Values.items(value)));
      case "items" -> value instanceof Map<?, ?> map ? budget.made(Methods.pairs(map)) : List.of();
      case "dictsort" -> dictionarySorted(value);
      case "join" -> joined(value, in);
      case "reverse" -> reversed(value);
      case "sort" -> sorted(value, in);
      case "unique" -> unique(value);
      case "map" -> mapped(value, in);
      case "select" -> filtered(value, item -> test(item, in, 0));
      case "reject" -> filtered(value, item -> !test(item, in, 0));
      case "selectattr" -> filtered(value, item -> test(attribute(item, in), in, 1));
      case "rejectattr" -> filtered(value, item -> !test(attribute(item, in), in, 1));
      case "min" -> extreme(value, false);
      case "max" -> extreme(value, true);
      case "sum" -> {
        Object sum = 0L;
        for (Object item : Values.items(value)) {
          sum = new Arithmetic(budget).apply("+", sum, item);
        }
        yield sum;
      }
      default -> throw new TemplateException("there is no filter '" + name + "'");
    };
  }

  private static Json json(Inputs in) {
    Object indent = in.get(1, "indent", in.get(0, "indent", null));
    int spaces = indent == null ? -1 : Math.clamp(Values.integer(indent, "indent"), 0, 16);
    String item = spaces < 0 ? ", " : ",";
    String key = ": ";
    Object separators = in.named().get("separators");
    if (separators instanceof List<?> pair && pair.size() == 2) {
      item = Values.text(pair.get(0), "separators").value();
      key = Values.text(pair.get(1), "separators").value();
    }
    return new Json(spaces, item, key, Values.isTrue(in.named().get("sort_keys")));
  }

  private Text indented(Text text, Inputs in) {
    Object width = in.get(0, "width", 4L);
    Text space =
        width instanceof Text own
            ? own
            : Text.own(" ".repeat(Math.clamp(Values.integer(width, "width"), 0, 64)));
    List<Text> lines = new ArrayList<>();
    boolean first = !in.flag(1, "first");
    for (Text line : Strings.lines(text)) {
      lines.add(first || (line.isEmpty() && !in.flag(2, "blank")) ? line : space.plus(line));
      first = false;
    }
    boolean ends = text.value().endsWith("\n");
    Text joined = Strings.join(lines, Text.own("\n"), budget);
    return ends ? joined.plus(Text.own("\n")) : joined;
  }

  private static Object integer(Object value, Inputs in) {
    return switch (value) {
      case Double number -> (long) (double) number;
      case Text text -> {
        try {
          yield Long.parseLong(text.value().strip());
        } catch (NumberFormatException _) {
          yield in.get(0, "default", 0L);
        }
      }
      case null, default -> Values.integer(value, "what becomes an integer");
    };
  }

  private static Object edge(List<?> items, boolean first) {
    if (items.isEmpty()) {
      return new Undefined("an item of an empty sequence");
    }
    return first ? items.getFirst() : items.getLast();
  }

  private Object joined(Object value, Inputs in) {
    Text separator = in.has(0, "d") ? Values.text(in.get(0, "d", null)) : Text.EMPTY;
    List<Object> items = new ArrayList<>(Values.items(value));
    if (in.named().containsKey("attribute")) {
      String name = in.text(1, "attribute").value();
      items.replaceAll(item -> evaluator.item(item, Text.own(name)));
    }
    return Strings.join(items, separator, budget);
  }

  private Object reversed(Object value) {
    List<Object> items = new ArrayList<>(Values.items(value));
    Collections.reverse(items);
    return value instanceof Text ? Strings.join(items, Text.EMPTY, budget) : budget.made(items);
  }

  private Object sorted(Object value, Inputs in) {
    List<Object> items = new ArrayList<>(Values.items(value));
    Comparator<Object> order = Values::compare;
    Text attribute = in.optionalText(2, "attribute");
    if (attribute != null) {
      order = (a, b) -> Values.compare(evaluator.item(a, attribute), evaluator.item(b, attribute));
    }
    items.sort(in.flag(0, "reverse") ? order.reversed() : order);
    return budget.made(items);
  }

  private Object dictionarySorted(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException(Values.typeName(value) + " is no mapping to sort");
    }
    List<List<Object>> pairs = Methods.pairs(map);
    pairs.sort(
        (a, b) ->
            Values.compare(
                Strings.lower(Values.text(a.getFirst())),
                Strings.lower(Values.text(b.getFirst()))));
    return budget.made(pairs);
  }

  private Object unique(Object value) {
    List<Object> unique = new ArrayList<>();
    for (Object item : Values.items(value)) {
      budget.reserve(unique.size());
      if (unique.stream().noneMatch(other -> Values.equal(item, other))) {
        unique.add(item);
      }
    }
    return unique;
  }

  private Object mapped(Object value, Inputs in) {
    List<Object> results = new ArrayList<>();
    Object attribute = in.named().get("attribute");
    for (Object item : Values.items(value)) {
      if (attribute == null) {
        Inputs rest =
            new Inputs(
                in.positional()
                    .subList(Math.min(1, in.positional().size()), in.positional().size()),
                in.named());
        results.add(apply(in.text(0, "filter").value(), item, rest));
      } else {
        Object found = evaluator.item(item, attribute);
        boolean missing = found instanceof Undefined && in.named().containsKey("default");
        results.add(missing ? in.named().get("default") : found);
      }
    }
    return budget.made(results);
  }

  private Object filtered(Object value, Predicate<Object> kept) {
    List<Object> items = new ArrayList<>();
    for (Object item : Values.items(value)) {
      budget.step();
      if (kept.test(item)) {
        items.add(item);
      }
    }
    return budget.made(items);
  }

  private Object attribute(Object item, Inputs in) {
    return evaluator.item(item, in.text(0, "attribute"));
  }

  /** The test named at {@code place} with what follows it; plain truth if none is named. */
  private static boolean test(Object item, Inputs in, int place) {
    List<Object> given = in.positional();
    if (given.size() <= place) {
      return Values.isTrue(item);
    }
    String name = in.text(place, "test").value();
    Inputs rest = new Inputs(given.subList(place + 1, given.size()), in.named());
    return switch (name) {
      case "==", "!=", "<", "<=", ">", ">=" -> Tests.compare(name, item, rest.required(0, "other"));
      default -> Tests.apply(name, item, rest);
    };
  }

  private static Object extreme(Object value, boolean largest) {
    Object best = null;
    boolean any = false;
    for (Object item : Values.items(value)) {
      if (!any || (largest ? Values.compare(item, best) > 0 : Values.compare(item, best) < 0)) {
        best = item;
      }
      any = true;
    }
    return any ? best : new Undefined("an item of an empty sequence");
  }
}
