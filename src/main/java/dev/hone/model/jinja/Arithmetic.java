package dev.hone.model.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's operators. Integers beyond 64 bits are refused. */
record Arithmetic(Budget budget) {
  Object apply(String operator, Object left, Object right) {
    if (operator.equals("~")) {
      return joined(Values.text(left), Values.text(right));
    }
    if (left instanceof Undefined undefined) {
      throw undefined.used();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.used();
    }
    if (operator.equals("+") && left instanceof Text a && right instanceof Text b) {
      return joined(a, b);
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      budget.reserveItems((long) a.size() + b.size());
      List<Object> both = new ArrayList<>(a);
      both.addAll(b);
      return both;
    }
    if (operator.equals("*") && left instanceof Text text && right instanceof Long times) {
      return repeated(text, times);
    }
    if (!Values.isNumber(left) || !Values.isNumber(right)) {
      throw new TemplateException(
          "'"
              + operator
              + "' does not go with "
              + Values.typeName(left)
              + " and "
              + Values.typeName(right));
    }
    try {
      return left instanceof Double || right instanceof Double || operator.equals("/")
          ? floats(operator, Values.number(left), Values.number(right))
          : integers(operator, Values.integer(left, "it"), Values.integer(right, "it"));
    } catch (ArithmeticException e) {
      throw new TemplateException("'" + operator + "': " + e.getMessage());
    }
  }

  private Text joined(Text left, Text right) {
    budget.reserve((long) left.length() + right.length());
    return left.plus(right);
  }

  private Text repeated(Text text, long times) {
    if (times <= 0 || text.isEmpty()) {
      return Text.EMPTY;
    }
    budget.reserve(times > Integer.MAX_VALUE ? -1 : times * text.length());
    Text.Builder out = new Text.Builder();
    for (long i = 0; i < times; i++) {
      out.append(text);
    }
    return out.build();
  }

  private static Object integers(String operator, long left, long right) {
    return switch (operator) {
      case "+" -> Math.addExact(left, right);
      case "-" -> Math.subtractExact(left, right);
      case "*" -> Math.multiplyExact(left, right);
      case "//" -> Math.floorDiv(left, right);
      case "%" -> Math.floorMod(left, right);
      default ->
          right < 0
              ? (Object) Math.pow((double) left, (double) right)
              : (Object) power(left, right);
    };
  }

  private static long power(long base, long exponent) {
    long result = 1;
    for (long i = 0; i < exponent && result != 0; i++) {
      if (base == 1 || (base == -1 && i >= 2)) {
        return base == 1 || exponent % 2 == 0 ? 1 : -1;
      }
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static double floats(String operator, double left, double right) {
    if (right == 0
        && !operator.equals("+")
        && !operator.equals("-")
        && !operator.equals("*")
        && !operator.equals("**")) {
      throw new ArithmeticException("division by zero");
    }
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor(left / right);
      case "%" -> left - right * Math.floor(left / right);
      default -> Math.pow(left, right);
    };
  }
}
