package dev.hone.model.jinja;

import dev.hone.model.jinja.Expression.Arguments;
import dev.hone.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Jinja's expressions, by falling precedence; filters and tests bind tighter than operators. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");
  private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "is", "if", "not");

  private final TokenReader tokens;

  ExpressionParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  Expression expression() {
    tokens.enter();
    Expression result = withoutConditionsInside();
    while (tokens.skipName("if")) {
      Expression test = withoutConditionsInside();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      result = new Expression.Conditional(test, result, otherwise);
    }
    tokens.leave();
    return result;
  }

  /** One or several expressions: {@code a, b}. */
  Expression expressionOrTuple() {
    Expression first = expression();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && beginsExpression()) {
      items.add(expression());
    }
    return new Expression.TupleOf(items);
  }

  private boolean beginsExpression() {
    return switch (tokens.peek().kind()) {
      case NAME, STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> Set.of("(", "[", "{", "-", "+").contains(tokens.peek().text());
      default -> false;
    };
  }

  /** An expression that leaves a following {@code if} to whoever asks. */
  Expression withoutConditionsInside() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (!tokens.skipName("not")) {
      return comparison();
    }
    tokens.enter();
    Expression result = new Expression.Not(not());
    tokens.leave();
    return result;
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> operands = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (tokens.isName("not") && tokens.peekSecond().is(Kind.NAME, "in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        return operators.isEmpty() ? first : new Expression.Comparison(first, operators, operands);
      }
      operands.add(sum());
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (isOperator(SUMS)) {
      left = new Expression.Arithmetic(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (tokens.skipOperator("~")) {
      left = new Expression.Arithmetic("~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (isOperator(PRODUCTS)) {
      left = new Expression.Arithmetic(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expression.Arithmetic("**", left, unary(true));
    }
    return left;
  }

  private boolean isOperator(Set<String> operators) {
    Token token = tokens.peek();
    return token.kind() == Kind.OPERATOR && operators.contains(token.text());
  }

  private Expression unary(boolean withFilters) {
    Expression result;
    tokens.enter();
    if (tokens.skipOperator("-")) {
      result = new Expression.Negative(unary(false));
    } else if (tokens.skipOperator("+")) {
      result = unary(false);
    } else {
      result = primary();
    }
    tokens.leave();
    result = postfix(result);
    return withFilters ? filters(result) : result;
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME ->
          switch (token.text()) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> none();
            default -> new Expression.Name(token.text());
          };
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Kind.STRING) {
          text.append(tokens.next().text());
        }
        yield new Expression.Literal(Text.own(text.toString()));
      }
      case INTEGER -> new Expression.Literal(integer(token));
      case FLOAT -> new Expression.Literal(Double.parseDouble(token.text()));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parenthesised();
            case "[" -> new Expression.ListOf(items("]"));
            case "{" -> map();
            default -> throw tokens.unexpected(token);
          };
      default -> throw tokens.unexpected(token);
    };
  }

  private static long integer(Token token) {
    try {
      return Long.parseLong(token.text());
    } catch (NumberFormatException _) {
      throw new TemplateException(token.line(), token.text() + " is too large");
    }
  }

  private Expression parenthesised() {
    if (tokens.skipOperator(")")) {
      return new Expression.TupleOf(List.of());
    }
    Expression inside = expressionOrTuple();
    tokens.expectOperator(")");
    return inside;
  }

  private List<Expression> items(String end) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator(end)) {
      items.add(expression());
      if (!tokens.isOperator(end)) {
        tokens.expectOperator(",");
      }
    }
    return items;
  }

  private Expression map() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
      if (!tokens.isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.MapOf(keys, values);
  }

  private Expression postfix(Expression target) {
    Expression result = target;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token name = tokens.next();
        result =
            switch (name.kind()) {
              case NAME -> new Expression.Attribute(result, name.text());
              case INTEGER ->
                  new Expression.Item(result, new Expression.Literal(Long.parseLong(name.text())));
              default -> throw tokens.unexpected(name);
            };
      } else if (tokens.skipOperator("[")) {
        result = subscript(result);
      } else if (tokens.isOperator("(")) {
        result = new Expression.Call(result, arguments());
      } else {
        return result;
      }
    }
  }

  private Expression subscript(Expression target) {
    Expression from = tokens.isOperator(":") ? none() : expression();
    if (tokens.skipOperator("]")) {
      return new Expression.Item(target, from);
    }
    tokens.expectOperator(":");
    Expression to = tokens.isOperator("]") || tokens.isOperator(":") ? none() : expression();
    Expression step = none();
    if (tokens.skipOperator(":") && !tokens.isOperator("]")) {
      step = expression();
    }
    tokens.expectOperator("]");
    return new Expression.Slice(target, from, to, step);
  }

  private static Expression none() {
    return new Expression.Literal(null);
  }

  Arguments arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.skipOperator(")")) {
      if (tokens.peek().kind() == Kind.NAME && tokens.peekSecond().is(Kind.OPERATOR, "=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expression());
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw tokens.unexpected(tokens.peek());
      }
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Arguments(positional, named);
  }

  private Expression filters(Expression target) {
    Expression result = target;
    while (true) {
      if (tokens.skipOperator("|")) {
        String name = tokens.expect(Kind.NAME).text();
        result =
            new Expression.Filter(
                result, name, tokens.isOperator("(") ? arguments() : Arguments.NONE);
      } else if (tokens.skipName("is")) {
        boolean negated = tokens.skipName("not");
        Expression test = test(result);
        result = negated ? new Expression.Not(test) : test;
      } else if (tokens.isOperator("(")) {
        result = new Expression.Call(result, arguments());
      } else {
        return result;
      }
    }
  }

  private Expression test(Expression target) {
    String name = tokens.expect(Kind.NAME).text();
    if (tokens.isOperator("(")) {
      return new Expression.Test(target, name, arguments());
    }
    Token next = tokens.peek();
    boolean hasArgument =
        switch (next.kind()) {
          case NAME -> !NO_ARGUMENT.contains(next.text());
          case STRING, INTEGER, FLOAT -> true;
          case OPERATOR -> next.text().equals("[") || next.text().equals("{");
          default -> false;
        };
    return new Expression.Test(
        target,
        name,
        hasArgument ? new Arguments(List.of(postfix(primary())), Map.of()) : Arguments.NONE);
  }
}
