package dev.hone.model.jinja;

import dev.hone.model.jinja.Expression.Arguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes expressions. */
final class Evaluator {
  private final Budget budget;
  private final Methods methods;
  private final Filters filters;

  Evaluator(Budget budget) {
    this.budget = budget;
    this.methods = new Methods(budget);
    this.filters = new Filters(budget, this);
  }

  Object evaluate(Expression expression, Scope scope) {
    budget.enter();
    Object value =
        switch (expression) {
          case Expression.Literal literal -> literal.value();
          case Expression.Name(String name) -> scope.get(name);
          case Expression.ListOf(List<Expression> items) -> all(items, scope);
          case Expression.TupleOf(List<Expression> items) -> new Tuple(all(items, scope));
          case Expression.MapOf map -> map(map, scope);
          case Expression.Attribute(Expression target, String name) ->
              attribute(evaluate(target, scope), name);
          case Expression.Item(Expression target, Expression index) ->
              item(evaluate(target, scope), evaluate(index, scope));
          case Expression.Slice slice -> slice(slice, scope);
          case Expression.Call(Expression target, Arguments arguments) ->
              call(evaluate(target, scope), inputs(arguments, scope));
          case Expression.Filter(Expression target, String name, Arguments arguments) ->
              filters.apply(name, evaluate(target, scope), inputs(arguments, scope));
          case Expression.Test(Expression target, String name, Arguments arguments) ->
              Tests.apply(name, evaluate(target, scope), inputs(arguments, scope));
          case Expression.Not(Expression operand) -> !Values.isTrue(evaluate(operand, scope));
          case Expression.Negative(Expression operand) -> negative(evaluate(operand, scope));
          case Expression.And(Expression left, Expression right) -> {
            Object first = evaluate(left, scope);
            yield Values.isTrue(first) ? evaluate(right, scope) : first;
          }
          case Expression.Or(Expression left, Expression right) -> {
            Object first = evaluate(left, scope);
            yield Values.isTrue(first) ? first : evaluate(right, scope);
          }
          case Expression.Arithmetic(String operator, Expression left, Expression right) ->
              new Arithmetic(budget).apply(operator, evaluate(left, scope), evaluate(right, scope));
          case Expression.Comparison comparison -> comparison(comparison, scope);
          case Expression.Conditional(Expression test, Expression then, Expression otherwise) ->
              conditional(test, then, otherwise, scope);
        };
    budget.leave();
    return value;
  }

  private Object conditional(Expression test, Expression then, Expression otherwise, Scope scope) {
    if (Values.isTrue(evaluate(test, scope))) {
      return evaluate(then, scope);
    }
    return otherwise == null ? new Undefined("an if without else") : evaluate(otherwise, scope);
  }

  private List<Object> all(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return budget.made(values);
  }

  private Map<Object, Object> map(Expression.MapOf map, Scope scope) {
    Map<Object, Object> values = new LinkedHashMap<>();
    budget.reserveItems(map.keys().size());
    for (int i = 0; i < map.keys().size(); i++) {
      Object key = Values.key(evaluate(map.keys().get(i), scope));
      values.put(key, evaluate(map.values().get(i), scope));
    }
    return values;
  }

  private Inputs inputs(Arguments arguments, Scope scope) {
    Map<String, Object> named = new LinkedHashMap<>();
    arguments.named().forEach((name, value) -> named.put(name, evaluate(value, scope)));
    return new Inputs(all(arguments.positional(), scope), named);
  }

  Object call(Object target, Inputs inputs) {
    return switch (target) {
      case Function function -> function.call(inputs);
      case Undefined undefined -> throw undefined.used();
      case null, default ->
          throw new TemplateException(Values.typeName(target) + " cannot be called");
    };
  }

  /** A method before an entry of that name, as Python looks {@code target.name} up. */
  Object attribute(Object target, String name) {
    return switch (target) {
      case Undefined undefined -> throw undefined.used();
      case Namespace(Map<String, Object> values) when values.containsKey(name) -> values.get(name);
      case Loop loop -> loop.attribute(name);
      case Map<?, ?> map ->
          methods.of(map, name).<Object>map(method -> method).orElseGet(() -> entry(map, name));
      case null, default ->
          methods
              .of(target, name)
              .<Object>map(method -> method)
              .orElseGet(() -> new Undefined("'" + name + "' of " + Values.typeName(target)));
    };
  }

  private static Object entry(Map<?, ?> map, String name) {
    Text key = Text.own(name);
    return map.containsKey(key) ? map.get(key) : new Undefined("'" + name + "' of a mapping");
  }

  /** An entry before a method of that name, as Jinja looks {@code target[index]} up. */
  Object item(Object target, Object index) {
    if (target instanceof Undefined undefined) {
      throw undefined.used();
    }
    if (target instanceof Map<?, ?> map && map.containsKey(Values.key(index))) {
      return map.get(index);
    }
    if (index instanceof Text name) {
      return attribute(target, name.value());
    }
    if (index instanceof Long at && (target instanceof List<?> || target instanceof Text)) {
      long length = Values.length(target);
      long from = at < 0 ? at + length : at;
      if (from >= 0 && from < length) {
        return target instanceof Text text
            ? Strings.slice(text, (int) from, (int) from + 1)
            : ((List<?>) target).get((int) from);
      }
    }
    return new Undefined("item " + Values.text(index).value() + " of " + Values.typeName(target));
  }

  private Object slice(Expression.Slice slice, Scope scope) {
    Object target = evaluate(slice.target(), scope);
    if (target instanceof Undefined undefined) {
      throw undefined.used();
    }
    if (!(target instanceof Text || target instanceof List<?>)) {
      throw new TemplateException(Values.typeName(target) + " cannot be sliced");
    }
    long length = Values.length(target);
    long step = bound(slice.step(), scope, 1);
    if (step == 0) {
      throw new TemplateException("a slice steps by 0");
    }
    long from = clamped(bound(slice.from(), scope, step > 0 ? 0 : length), length, step);
    long to =
        slice.to() instanceof Expression.Literal(Object none) && none == null
            ? (step > 0 ? length : -1)
            : clamped(bound(slice.to(), scope, length), length, step);
    if (target instanceof Text text && step == 1) {
      return budget.made(Strings.slice(text, (int) from, (int) Math.max(from, to)));
    }
    List<?> items = Values.items(target);
    List<Object> picked = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      picked.add(items.get((int) i));
    }
    budget.made(picked);
    return target instanceof Text ? Strings.join(picked, Text.EMPTY, budget) : picked;
  }

  private long bound(Expression part, Scope scope, long fallback) {
    Object value = evaluate(part, scope);
    return value == null ? fallback : Values.integer(value, "a slice's bound");
  }

  private static long clamped(long index, long length, long step) {
    long from = index < 0 ? index + length : index;
    return step > 0 ? Math.clamp(from, 0, length) : Math.clamp(from, -1, length - 1);
  }

  private static Object negative(Object value) {
    return value instanceof Double number ? -number : -Values.integer(value, "what minus negates");
  }

  private boolean comparison(Expression.Comparison comparison, Scope scope) {
    Object left = evaluate(comparison.first(), scope);
    for (int i = 0; i < comparison.operators().size(); i++) {
      Object right = evaluate(comparison.operands().get(i), scope);
      if (!Tests.compare(comparison.operators().get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }
}
