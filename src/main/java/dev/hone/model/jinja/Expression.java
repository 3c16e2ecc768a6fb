package dev.hone.model.jinja;

import java.util.List;
import java.util.Map;

/** What a template computes. */
sealed interface Expression {
  /** A value as it is: text, number, boolean or null for none. */
  record Literal(Object value) implements Expression {}

  record Name(String name) implements Expression {}

  record ListOf(List<Expression> items) implements Expression {}

  record TupleOf(List<Expression> items) implements Expression {}

  record MapOf(List<Expression> keys, List<Expression> values) implements Expression {}

  /** {@code target.name}. */
  record Attribute(Expression target, String name) implements Expression {}

  /** {@code target[index]}. */
  record Item(Expression target, Expression index) implements Expression {}

  /** {@code target[from:to:step]}; absent parts are none. */
  record Slice(Expression target, Expression from, Expression to, Expression step)
      implements Expression {}

  record Call(Expression target, Arguments arguments) implements Expression {}

  record Filter(Expression target, String name, Arguments arguments) implements Expression {}

  record Test(Expression target, String name, Arguments arguments) implements Expression {}

  record Not(Expression operand) implements Expression {}

  /** Minus. */
  record Negative(Expression operand) implements Expression {}

  record And(Expression left, Expression right) implements Expression {}

  record Or(Expression left, Expression right) implements Expression {}

  record Arithmetic(String operator, Expression left, Expression right) implements Expression {}

  /** {@code a < b <= c}: each operator stands between its operand and the one before. */
  record Comparison(Expression first, List<String> operators, List<Expression> operands)
      implements Expression {}

  /** {@code then if test else otherwise}; the latter is null if absent. */
  record Conditional(Expression test, Expression then, Expression otherwise)
      implements Expression {}

  /** What stands in the brackets of a call. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}
