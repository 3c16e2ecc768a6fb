package dev.hone.model.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Construct by construct against Jinja as transformers sets it up (chat_templates.py). */
class TemplateGoldenTest {
  private static final class RaisedByTemplate extends RuntimeException {
    RaisedByTemplate(String message) {
      super(message);
    }
  }

  @Test
  void rendersEveryConstructLikeJinja() throws IOException {
    JsonNode golden;
    try (var in = TemplateGoldenTest.class.getResourceAsStream("/golden/jinja.json")) {
      golden = new JsonMapper().readTree(in);
    }
    Map<String, Object> variables = new HashMap<>();
    golden
        .path("variables")
        .properties()
        .forEach(variable -> variables.put(variable.getKey(), value(variable.getValue())));
    variables.put(
        "strftime_now",
        (Function) in -> Date.format(LocalDateTime.of(2024, 7, 6, 9, 8, 7), in.text(0, "format")));
    variables.put(
        "raise_exception",
        (Function)
            in -> {
              throw new RaisedByTemplate(in.text(0, "message").value());
            });
    Map<String, String> expected = new LinkedHashMap<>();
    Map<String, String> actual = new LinkedHashMap<>();
    for (JsonNode example : golden.path("cases")) {
      String template = example.path("template").asText();
      expected.put(
          template,
          example.has("renders")
              ? example.path("renders").asText()
              : "raises " + example.path("raises").asText());
      actual.put(template, outcome(template, variables));
    }
    assertThat(actual).containsAllEntriesOf(expected).hasSizeGreaterThan(140);
  }

  private static String outcome(String template, Map<String, Object> variables) {
    try {
      return Template.parse(template).render(variables, Limits.DEFAULT).value();
    } catch (TemplateException _) {
      return "raises null";
    } catch (RaisedByTemplate e) {
      return "raises " + e.getMessage();
    }
  }

  private static Object value(JsonNode json) {
    return switch (json.getNodeType()) {
      case NULL -> null;
      case BOOLEAN -> json.booleanValue();
      case NUMBER -> json.longValue();
      case STRING -> Text.foreign(json.textValue());
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        json.forEach(item -> items.add(value(item)));
        yield items;
      }
      default -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        json.properties()
            .forEach(entry -> map.put(Text.own(entry.getKey()), value(entry.getValue())));
        yield map;
      }
    };
  }
}
