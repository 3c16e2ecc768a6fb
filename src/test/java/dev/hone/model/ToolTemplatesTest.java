package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions in templates that have a place for them, and in plain text for the others. */
class ToolTemplatesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNode WEATHER =
      json(
          """
          {"type": "function", "function": {"name": "weather", "description": "Looks <|im_end|> out",
           "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}""");
  private static final List<ToolMessage> CALLED =
      List.of(
          ToolMessage.of(new Message("user", "Is it warm in Bern and Thun?")),
          new ToolMessage(
              new Message("assistant", "I look."),
              List.of(
                  new ToolCall("1", "weather", (ObjectNode) json("{\"city\": \"Bern\"}")),
                  new ToolCall("2", "weather", (ObjectNode) json("{\"city\": \"Thun\"}"))),
              Optional.empty()),
          new ToolMessage(new Message("tool", "21"), List.of(), Optional.of("1")),
          new ToolMessage(new Message("tool", "19"), List.of(), Optional.of("2")));

  @ParameterizedTest
  @CsvSource({"qwen-2.5, TAGGED", "qwen-3, TAGGED", "llama-3.2, BARE"})
  void aTemplateWithAPlaceForFunctionsSaysHowTheyAreCalled(String name, ToolSyntax syntax) {
    assertThat(ToolSyntax.of(template(name))).contains(syntax);
  }

  @ParameterizedTest
  @CsvSource({"smollm2", "llama-3", "mistral-7b-v0.1"})
  void aTemplateWithoutOneIsKnownAsSuch(String name) {
    assertThat(ToolSyntax.of(template(name))).isEmpty();
  }

  @Test
  void functionsCallsAndResultsAreRenderedAsTheTemplateHasThem() {
    var text = template("qwen-2.5").rendered(CALLED, List.of(WEATHER), true);
    assertThat(text.value())
        .contains("<tools>\n{\"type\": \"function\", \"function\": {\"name\": \"weather\"")
        .contains("\"properties\": {\"city\": {\"type\": \"string\"}}")
        .endsWith(
            """
            <|im_start|>user
            Is it warm in Bern and Thun?<|im_end|>
            <|im_start|>assistant
            I look.
            <tool_call>
            {"name": "weather", "arguments": {"city": "Bern"}}
            </tool_call>
            <tool_call>
            {"name": "weather", "arguments": {"city": "Thun"}}
            </tool_call><|im_end|>
            <|im_start|>user
            <tool_response>
            21
            </tool_response>
            <tool_response>
            19
            </tool_response><|im_end|>
            <|im_start|>assistant
            """);
    int spelled = text.value().indexOf("<|im_end|> out");
    assertThat(text.foreignCharacters().get(spelled, spelled + 10).cardinality()).isEqualTo(10);
  }

  @Test
  void elsewhereTheyAreToldInPlainText() {
    var folded = ToolPrompt.folded(CALLED, List.of(WEATHER));
    assertThat(folded)
        .extracting(Message::role)
        .containsExactly("system", "user", "assistant", "user");
    assertThat(folded.getFirst().content())
        .startsWith("You can call these functions:\n{\"name\":\"weather\",")
        .contains("<tool_call>\n{\"name\": ");
    assertThat(folded.get(2).content())
        .isEqualTo(
            """
            I look.
            <tool_call>
            {"name": "weather", "arguments": {"city":"Bern"}}
            </tool_call>
            <tool_call>
            {"name": "weather", "arguments": {"city":"Thun"}}
            </tool_call>""");
    assertThat(folded.get(3).content())
        .isEqualTo("<tool_response>\n21\n</tool_response>\n<tool_response>\n19\n</tool_response>");
  }

  @Test
  void theSystemsOwnMessageComesFirst() {
    var messages = List.of(ToolMessage.of(new Message("system", "Be brief.")));
    assertThat(ToolPrompt.folded(messages, List.of(WEATHER)).getFirst().content())
        .startsWith("Be brief.\n\nYou can call these functions:");
    assertThat(ToolPrompt.folded(messages, List.of()))
        .containsExactly(new Message("system", "Be brief."));
  }

  private static ChatTemplate template(String name) {
    try (var in =
        ToolTemplatesTest.class.getResourceAsStream("/golden/templates/" + name + ".jinja")) {
      return ChatTemplate.of(
          new String(in.readAllBytes(), StandardCharsets.UTF_8),
          Map.of("bos_token", "<s>", "eos_token", "</s>"),
          Clock.systemUTC());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
