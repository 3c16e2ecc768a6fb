package dev.hone.model.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Does what a template's statements say. */
final class Renderer {
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Evaluator evaluator;

  Renderer(Budget budget) {
    this.budget = budget;
    this.evaluator = new Evaluator(budget);
  }

  Text render(List<Statement> statements, Map<String, Object> variables) {
    Scope globals = new Scope(null);
    globals.set("range", (Function) this::range);
    globals.set("namespace", (Function) Renderer::namespace);
    globals.set("dict", (Function) Renderer::dictionary);
    variables.forEach(globals::set);
    Text.Builder out = new Text.Builder();
    run(statements, globals, out);
    return out.build();
  }

  private Flow run(List<Statement> statements, Scope scope, Text.Builder out) {
    for (Statement statement : statements) {
      try {
        budget.enter();
        Flow flow = run(statement, scope, out);
        budget.leave();
        if (flow != Flow.NEXT) {
          return flow;
        }
      } catch (TemplateException e) {
        throw e.at(statement.line());
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Statement statement, Scope scope, Text.Builder out) {
    switch (statement) {
      case Statement.Data(int _, Text text) -> out.append(budget.made(text));
      case Statement.Output(int _, Expression expression) ->
          out.append(budget.made(Values.text(evaluator.evaluate(expression, scope))));
      case Statement.If(int _, List<Statement.Branch> branches) -> {
        for (Statement.Branch branch : branches) {
          if (Values.isTrue(evaluator.evaluate(branch.test(), scope))) {
            return run(branch.body(), scope, out);
          }
        }
      }
      case Statement.For loop -> loop(loop, scope, out);
      case Statement.Set(int _, List<String> targets, Expression value) ->
          assign(targets, evaluator.evaluate(value, scope), scope);
      case Statement.SetAttribute(int _, String name, String attribute, Expression value) ->
          setAttribute(scope.get(name), attribute, evaluator.evaluate(value, scope));
      case Statement.SetBlock(int _, String target, List<Statement> body) -> {
        Text.Builder captured = new Text.Builder();
        run(body, new Scope(scope), captured);
        scope.set(target, captured.build());
      }
      case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
      case Statement.Break _ -> {
        return Flow.BREAK;
      }
      case Statement.Continue _ -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  private void loop(Statement.For loop, Scope scope, Text.Builder out) {
    List<Object> items = new ArrayList<>();
    for (Object item : Values.items(evaluator.evaluate(loop.items(), scope))) {
      if (loop.condition() != null) {
        Scope inner = new Scope(scope);
        assign(loop.targets(), item, inner);
        if (!Values.isTrue(evaluator.evaluate(loop.condition(), inner))) {
          continue;
        }
      }
      items.add(item);
    }
    budget.made(items);
    if (items.isEmpty()) {
      run(loop.otherwise(), new Scope(scope), out);
    }
    for (int i = 0; i < items.size(); i++) {
      Scope inner = new Scope(scope);
      assign(loop.targets(), items.get(i), inner);
      inner.set("loop", new Loop(items, i));
      if (run(loop.body(), inner, out) == Flow.BREAK) {
        return;
      }
    }
  }

  private static void assign(List<String> targets, Object value, Scope scope) {
    if (targets.size() == 1) {
      scope.set(targets.getFirst(), value);
      return;
    }
    List<?> parts = Values.items(value);
    if (parts.size() != targets.size()) {
      throw new TemplateException(
          parts.size() + " values cannot be assigned to " + targets.size() + " names");
    }
    for (int i = 0; i < parts.size(); i++) {
      scope.set(targets.get(i), parts.get(i));
    }
  }

  private static void setAttribute(Object target, String name, Object value) {
    if (!(target instanceof Namespace(Map<String, Object> values))) {
      throw new TemplateException(
          "only a namespace's attributes can be set, not those of " + Values.typeName(target));
    }
    values.put(name, value);
  }

  private Function macro(Statement.Macro macro, Scope scope) {
    return inputs -> {
      Scope inner = new Scope(scope);
      int index = 0;
      for (var parameter : macro.parameters().entrySet()) {
        String name = parameter.getKey();
        Object value;
        if (inputs.has(index, name)) {
          value = inputs.get(index, name, null);
        } else if (parameter.getValue() != null) {
          value = evaluator.evaluate(parameter.getValue(), inner);
        } else {
          value = new Undefined("'" + name + "'");
        }
        inner.set(name, value);
        index++;
      }
      if (inputs.positional().size() > index) {
        throw new TemplateException(
            macro.name() + " takes " + index + " arguments, given " + inputs.positional().size());
      }
      Text.Builder out = new Text.Builder();
      run(macro.body(), inner, out);
      return out.build();
    };
  }

  private Object range(Inputs in) {
    long first = Values.integer(in.required(0, "start"), "a range's bound");
    boolean bounded = in.positional().size() > 1;
    long from = bounded ? first : 0;
    long to = bounded ? in.integer(1, "stop", 0) : first;
    long step = in.integer(2, "step", 1);
    if (step == 0) {
      throw new TemplateException("a range steps by 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
      budget.reserveItems(1);
      numbers.add(i);
    }
    return numbers;
  }

  private static Object namespace(Inputs in) {
    Map<String, Object> values = new HashMap<>(in.named());
    if (!in.positional().isEmpty() && in.positional().getFirst() instanceof Map<?, ?> map) {
      map.forEach((key, value) -> values.put(Values.text(key).value(), value));
    }
    return new Namespace(values);
  }

  private static Object dictionary(Inputs in) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!in.positional().isEmpty() && in.positional().getFirst() instanceof Map<?, ?> other) {
      map.putAll(other);
    }
    in.named().forEach((name, value) -> map.put(Text.own(name), value));
    return map;
  }
}
