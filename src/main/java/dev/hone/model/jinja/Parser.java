package dev.hone.model.jinja;

import dev.hone.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A template's statements. Tags that would reach for other files do not exist here. */
final class Parser {
  private static final Set<String> MIDDLES = Set.of("elif", "else");

  private final TokenReader tokens;
  private final ExpressionParser expressions;

  private Parser(List<Token> all) {
    tokens = new TokenReader(all);
    expressions = new ExpressionParser(tokens);
  }

  static List<Statement> parse(String template) {
    Parser parser = new Parser(Lexer.tokens(template));
    List<Statement> statements = parser.until(Set.of());
    Token rest = parser.tokens.peek();
    if (rest.kind() != Kind.END) {
      throw parser.tokens.unexpected(parser.tokens.peekSecond());
    }
    return statements;
  }

  /** Statements up to a tag of one of these names, of which the opening and the name are left. */
  private List<Statement> until(Set<String> names) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      switch (token.kind()) {
        case DATA -> {
          tokens.next();
          statements.add(new Statement.Data(token.line(), Text.own(token.text())));
        }
        case OUTPUT_BEGIN -> {
          tokens.next();
          statements.add(new Statement.Output(token.line(), expressions.expressionOrTuple()));
          tokens.expect(Kind.OUTPUT_END);
        }
        case TAG_BEGIN -> {
          String name = tokens.peekSecond().text();
          if (names.contains(name) || name.startsWith("end") || MIDDLES.contains(name)) {
            tokens.leave();
            return statements;
          }
          tokens.next();
          tag(tokens.expect(Kind.NAME), statements);
        }
        default -> {
          tokens.leave();
          return statements;
        }
      }
    }
  }

  private List<Statement> bodyUntil(String end) {
    List<Statement> body = until(Set.of(end));
    closing(end);
    return body;
  }

  private void closing(String end) {
    Token begin = tokens.next();
    Token name = tokens.next();
    if (begin.kind() != Kind.TAG_BEGIN || !name.is(Kind.NAME, end)) {
      throw new TemplateException(begin.line(), "expected " + end);
    }
    if (end.equals("endmacro") && tokens.peek().kind() == Kind.NAME) {
      tokens.next();
    }
    tokens.expect(Kind.TAG_END);
  }

  private void tag(Token name, List<Statement> statements) {
    int line = name.line();
    switch (name.text()) {
      case "if" -> statements.add(conditional(line));
      case "for" -> statements.add(loop(line));
      case "set" -> statements.add(assignment(line));
      case "macro" -> statements.add(macro(line));
      case "break" -> {
        tokens.expect(Kind.TAG_END);
        statements.add(new Statement.Break(line));
      }
      case "continue" -> {
        tokens.expect(Kind.TAG_END);
        statements.add(new Statement.Continue(line));
      }
      // Marks what an assistant wrote, for training; rendering ignores it.
      case "generation" -> {
        tokens.expect(Kind.TAG_END);
        statements.addAll(bodyUntil("endgeneration"));
      }
      default ->
          throw new TemplateException(
              line,
              "tag '"
                  + name.text()
                  + "' is not supported; supported: if, for, set, macro, break, continue,"
                  + " generation, raw");
    }
  }

  private Statement conditional(int line) {
    List<Statement.Branch> branches = new ArrayList<>();
    Expression test = expressions.expressionOrTuple();
    tokens.expect(Kind.TAG_END);
    while (true) {
      branches.add(new Statement.Branch(test, until(Set.of("elif", "else", "endif"))));
      String next = tokens.peekSecond().text();
      if (tokens.peek().kind() == Kind.TAG_BEGIN && next.equals("elif")) {
        tokens.next();
        tokens.next();
        test = expressions.expressionOrTuple();
        tokens.expect(Kind.TAG_END);
      } else if (tokens.peek().kind() == Kind.TAG_BEGIN && next.equals("else")) {
        closing("else");
        branches.add(new Statement.Branch(new Expression.Literal(true), bodyUntil("endif")));
        return new Statement.If(line, branches);
      } else {
        closing("endif");
        return new Statement.If(line, branches);
      }
    }
  }

  private Statement loop(int line) {
    List<String> targets = targets();
    if (!tokens.skipName("in")) {
      throw tokens.unexpected(tokens.peek());
    }
    Expression items = expressions.withoutConditionsInside();
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    tokens.expect(Kind.TAG_END);
    List<Statement> body = until(Set.of("else", "endfor"));
    List<Statement> otherwise = List.of();
    if (tokens.peekSecond().is(Kind.NAME, "else")) {
      closing("else");
      otherwise = bodyUntil("endfor");
    } else {
      closing("endfor");
    }
    return new Statement.For(line, targets, items, condition, body, otherwise);
  }

  private List<String> targets() {
    boolean bracketed = tokens.skipOperator("(");
    List<String> targets = new ArrayList<>();
    do {
      targets.add(tokens.expect(Kind.NAME).text());
    } while (tokens.skipOperator(","));
    if (bracketed) {
      tokens.expectOperator(")");
    }
    return targets;
  }

  private Statement assignment(int line) {
    if (tokens.peekSecond().is(Kind.OPERATOR, ".")) {
      String namespace = tokens.expect(Kind.NAME).text();
      tokens.next();
      String name = tokens.expect(Kind.NAME).text();
      tokens.expectOperator("=");
      Expression value = expressions.expressionOrTuple();
      tokens.expect(Kind.TAG_END);
      return new Statement.SetAttribute(line, namespace, name, value);
    }
    List<String> targets = targets();
    if (targets.size() == 1 && tokens.peek().kind() == Kind.TAG_END) {
      tokens.next();
      return new Statement.SetBlock(line, targets.getFirst(), bodyUntil("endset"));
    }
    tokens.expectOperator("=");
    Expression value = expressions.expressionOrTuple();
    tokens.expect(Kind.TAG_END);
    return new Statement.Set(line, targets, value);
  }

  private Statement macro(int line) {
    String name = tokens.expect(Kind.NAME).text();
    Map<String, Expression> parameters = new LinkedHashMap<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      String parameter = tokens.expect(Kind.NAME).text();
      parameters.put(parameter, tokens.skipOperator("=") ? expressions.expression() : null);
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    tokens.expect(Kind.TAG_END);
    return new Statement.Macro(line, name, parameters, bodyUntil("endmacro"));
  }
}
