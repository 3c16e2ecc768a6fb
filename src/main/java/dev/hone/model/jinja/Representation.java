package dev.hone.model.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Values written out as Python's {@code repr()} does. */
final class Representation {
  private Representation() {}

  static Text of(Object value) {
    Text.Builder out = new Text.Builder();
    write(value, out, 0);
    return out.build();
  }

  private static void write(Object value, Text.Builder out, int depth) {
    Values.checkDepth(depth);
    switch (value) {
      case null -> out.append(Text.own("None"));
      case Boolean flag -> out.append(Text.own(flag ? "True" : "False"));
      case Double number -> out.append(Text.own(number(number)));
      case Text text -> out.append(text.as(quoted(text.value())));
      case List<?> items -> {
        boolean tuple = items instanceof Tuple;
        String separator = tuple ? "(" : "[";
        for (Object item : items) {
          out.append(Text.own(separator));
          write(item, out, depth + 1);
          separator = ", ";
        }
        String end = tuple ? (items.size() == 1 ? ",)" : ")") : "]";
        out.append(Text.own(items.isEmpty() ? separator + end : end));
      }
      case Map<?, ?> map -> {
        String separator = "{";
        for (var entry : map.entrySet()) {
          out.append(Text.own(separator));
          write(entry.getKey(), out, depth + 1);
          out.append(Text.own(": "));
          write(entry.getValue(), out, depth + 1);
          separator = ", ";
        }
        out.append(Text.own(map.isEmpty() ? "{}" : "}"));
      }
      case Long number -> out.append(Text.own(number.toString()));
      case Undefined _ -> out.append(Text.own("Undefined"));
      default -> throw new TemplateException(Values.typeName(value) + " cannot be written as text");
    }
  }

  static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e16)) {
      String[] parts = Double.toString(value).split("E", 2);
      String digits =
          parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
      int exponent = Integer.parseInt(parts[1]);
      return "%se%s%02d".formatted(digits, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = new BigDecimal(Double.toString(value)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(c);
          } else if (c < ' ' || c == 0x7F) {
            out.append("\\x%02x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append(quote).toString();
  }
}
