package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.jinja.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages and functions as a template sees them; all that they say is foreign to it. */
final class TemplateValues {
  private TemplateValues() {}

  static Map<Text, Object> of(ToolMessage one) {
    Map<Text, Object> fields = new LinkedHashMap<>();
    fields.put(Text.own("role"), Text.foreign(one.message().role()));
    fields.put(Text.own("content"), Text.foreign(one.message().content()));
    if (!one.calls().isEmpty()) {
      fields.put(Text.own("tool_calls"), one.calls().stream().map(TemplateValues::of).toList());
    }
    one.answers().ifPresent(id -> fields.put(Text.own("tool_call_id"), Text.foreign(id)));
    return fields;
  }

  private static Map<Text, Object> of(ToolCall call) {
    Map<Text, Object> function = new LinkedHashMap<>();
    function.put(Text.own("name"), Text.foreign(call.name()));
    function.put(Text.own("arguments"), of(call.arguments()));
    Map<Text, Object> fields = new LinkedHashMap<>();
    fields.put(Text.own("type"), Text.own("function"));
    fields.put(Text.own("id"), Text.foreign(call.id()));
    fields.put(Text.own("function"), function);
    return fields;
  }

  static Object of(JsonNode node) {
    if (node.isObject()) {
      Map<Text, Object> fields = new LinkedHashMap<>();
      node.properties()
          .forEach(field -> fields.put(Text.foreign(field.getKey()), of(field.getValue())));
      return fields;
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(of(item)));
      return items;
    }
    if (node.isTextual()) {
      return Text.foreign(node.textValue());
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isNull()) {
      return null;
    }
    return node.canConvertToLong() && node.isIntegralNumber()
        ? (Object) node.longValue()
        : (Object) node.doubleValue();
  }
}
