package dev.hone.model.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Values as Python's {@code json.dumps(ensure_ascii=False)} writes them.
 *
 * @param indent spaces a level; negative for one line
 */
record Json(int indent, String itemSeparator, String keySeparator, boolean sortKeys) {
  Text of(Object value) {
    Text.Builder out = new Text.Builder();
    write(value, out, 0);
    return out.build();
  }

  private void write(Object value, Text.Builder out, int depth) {
    Values.checkDepth(depth);
    switch (value) {
      case null -> out.append(Text.own("null"));
      case Boolean flag -> out.append(Text.own(flag ? "true" : "false"));
      case Long number -> out.append(Text.own(number.toString()));
      case Double number -> out.append(Text.own(Representation.number(number)));
      case Text text -> out.append(text.as(quoted(text.value())));
      case List<?> items -> {
        out.append(Text.own("["));
        for (int i = 0; i < items.size(); i++) {
          out.append(Text.own(i == 0 ? "" : itemSeparator));
          newLine(out, depth + 1);
          write(items.get(i), out, depth + 1);
        }
        end(out, depth, items.isEmpty(), "]");
      }
      case Map<?, ?> map -> {
        out.append(Text.own("{"));
        boolean first = true;
        for (Map.Entry<?, ?> entry : entries(map)) {
          out.append(Text.own(first ? "" : itemSeparator));
          first = false;
          newLine(out, depth + 1);
          Text key = Values.text(entry.getKey());
          out.append(key.as(quoted(key.value()))).append(Text.own(keySeparator));
          write(entry.getValue(), out, depth + 1);
        }
        end(out, depth, map.isEmpty(), "}");
      }
      default -> throw new TemplateException(Values.typeName(value) + " cannot be written as JSON");
    }
  }

  private List<Map.Entry<?, ?>> entries(Map<?, ?> map) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sortKeys) {
      Comparator<Map.Entry<?, ?>> byKey = (a, b) -> Values.compare(a.getKey(), b.getKey());
      entries.sort(byKey);
    }
    return entries;
  }

  private void newLine(Text.Builder out, int depth) {
    if (indent >= 0) {
      out.append(Text.own("\n" + " ".repeat(indent * depth)));
    }
  }

  private void end(Text.Builder out, int depth, boolean empty, String bracket) {
    if (!empty) {
      newLine(out, depth);
    }
    out.append(Text.own(bracket));
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
