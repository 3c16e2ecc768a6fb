package dev.hone.model.jinja;

import java.util.List;
import java.util.Map;

/** What a template does. */
sealed interface Statement {
  int line();

  record Data(int line, Text text) implements Statement {}

  record Output(int line, Expression expression) implements Statement {}

  /** The first branch whose test holds; the last test may be a literal true. */
  record If(int line, List<Branch> branches) implements Statement {}

  record Branch(Expression test, List<Statement> body) {}

  /**
   * @param targets several unpack each item
   * @param condition null if absent
   */
  record For(
      int line,
      List<String> targets,
      Expression items,
      Expression condition,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Set(int line, List<String> targets, Expression value) implements Statement {}

  /** {@code set namespace.name = value}. */
  record SetAttribute(int line, String namespace, String name, Expression value)
      implements Statement {}

  record SetBlock(int line, String target, List<Statement> body) implements Statement {}

  /**
   * @param parameters with their defaults, null where there is none
   */
  record Macro(int line, String name, Map<String, Expression> parameters, List<Statement> body)
      implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}
}
