package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.jinja.TemplateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against transformers' own renderings (src/test/python/chat_templates.py). */
class ChatTemplateGoldenTest {
  private static final JsonNode GOLDEN = golden();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-07-06T09:08:07Z"), ZoneOffset.UTC);

  static Stream<String> templates() {
    return GOLDEN.path("tokens").propertyStream().map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("templates")
  void rendersLikeTransformers(String name) {
    Map<String, String> tokens = new HashMap<>();
    GOLDEN
        .path("tokens")
        .path(name)
        .properties()
        .forEach(token -> tokens.put(token.getKey(), token.getValue().asText()));
    ChatTemplate template =
        ChatTemplate.of(resource("/golden/templates/" + name + ".jinja"), tokens, CLOCK);
    int cases = 0;
    for (JsonNode golden : GOLDEN.path("cases")) {
      if (golden.path("template").asText().equals(name)) {
        check(template, golden);
        cases++;
      }
    }
    assertThat(cases).isEqualTo(36);
  }

  private static void check(ChatTemplate template, JsonNode golden) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : GOLDEN.path("chats").path(golden.path("case").asText())) {
      messages.add(new Message(message.path("role").asText(), message.path("content").asText()));
    }
    boolean prompt = golden.path("addGenerationPrompt").booleanValue();
    String what = golden.path("case").asText() + (prompt ? ", to be answered" : "");
    if (golden.has("renders")) {
      assertThat(template.render(messages, prompt))
          .as(what)
          .isEqualTo(golden.path("renders").asText());
    } else if (golden.path("raises").isNull()) {
      assertThatThrownBy(() -> template.render(messages, prompt))
          .as(what)
          .isInstanceOf(TemplateException.class)
          .hasMessageStartingWith("line ");
    } else {
      assertThatThrownBy(() -> template.render(messages, prompt))
          .as(what)
          .isInstanceOf(MessagesRefusedException.class)
          .hasMessage(golden.path("raises").asText());
    }
  }

  private static JsonNode golden() {
    try {
      return new JsonMapper().readTree(resource("/golden/chat-templates.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (var in = ChatTemplateGoldenTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
