package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.chat.completions.StructuredChatCompletionCreateParams;
import dev.hone.TestModel;
import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java client, unchanged but for the address. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class OfficialClientTest {
  private OpenAIClient client;

  @BeforeEach
  void connect() {
    Script.is(Script.saying("Hello."));
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(ConfigProvider.getConfig().getValue("test.url", String.class) + "/v1")
            .apiKey("any")
            .build();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void completes() {
    var completion =
        client
            .chat()
            .completions()
            .create(
                question()
                    .addSystemMessage("Be kind.")
                    .temperature(0.7)
                    .maxCompletionTokens(50)
                    .n(2)
                    .build());
    completion.validate();
    assertThat(completion.model()).isEqualTo(TestModel.ID);
    assertThat(completion.choices()).hasSize(2);
    assertThat(completion.choices())
        .allMatch(choice -> choice.message().content().orElseThrow().equals("Hello."));
    assertThat(completion.usage().orElseThrow().completionTokens()).isEqualTo(14);
  }

  @Test
  void streams() {
    var params =
        question()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (var stream = client.chat().completions().createStreaming(params)) {
      List<ChatCompletionChunk> chunks = stream.stream().toList();
      chunks.forEach(ChatCompletionChunk::validate);
      assertThat(
              chunks.stream()
                  .flatMap(chunk -> chunk.choices().stream())
                  .flatMap(choice -> choice.delta().content().stream())
                  .collect(Collectors.joining()))
          .isEqualTo("Hello.");
      assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(7);
    }
  }

  @Test
  void listsModels() {
    var models = client.models().list().data();
    // Versions that other tests publish on the same server may follow.
    assertThat(models)
        .extracting(model -> model.id())
        .startsWith("hone", "base", TestModel.ID)
        .doesNotHaveDuplicates();
    assertThat(client.models().retrieve("hone").id()).isEqualTo("hone");
  }

  @Test
  void understandsErrors() {
    assertThatThrownBy(() -> client.chat().completions().create(question().model("none").build()))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
    assertThatThrownBy(
            () -> client.chat().completions().create(question().frequencyPenalty(3).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).contains("frequency_penalty"));
  }

  /** What the client makes of a class is a strict schema; what it reads is the class. */
  @Test
  void readsAnswersOfASchema() {
    Script.is(Script.anything());
    var params =
        StructuredChatCompletionCreateParams.<City>builder()
            .model("hone")
            .addUserMessage("Which city?")
            .responseFormat(City.class)
            .maxCompletionTokens(400)
            .build();
    var choice = client.chat().completions().create(params).choices().getFirst();
    assertThat(choice.finishReason().asString()).isEqualTo("stop");
    City city = choice.message().content().orElseThrow();
    assertThat(city.name).isNotNull();
    assertThat(city.size).isNotNull();
  }

  /** A class as a program has it. */
  static final class City {
    /** How large. */
    enum Size {
      SMALL,
      LARGE
    }

    public String name;
    public Size size;
    public boolean capital;
  }

  @Test
  void callsFunctions() {
    Script.is(Script.anything());
    var completion = client.chat().completions().create(withWeather().build());
    completion.validate();
    var choice = completion.choices().getFirst();
    assertThat(choice.finishReason().asString()).isEqualTo("tool_calls");
    var function = choice.message().toolCalls().orElseThrow().getFirst().asFunction().function();
    assertThat(function.name()).isEqualTo("weather");
    assertThat(function.arguments()).startsWith("{\"city\":").endsWith("}");
  }

  @Test
  void streamsCallsOfFunctions() {
    Script.is(Script.anything());
    var whole = client.chat().completions().create(withWeather().build());
    var accumulator = ChatCompletionAccumulator.create();
    try (var stream = client.chat().completions().createStreaming(withWeather().build())) {
      stream.stream().peek(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
    }
    var streamed = accumulator.chatCompletion().choices().getFirst();
    assertThat(streamed.finishReason().asString()).isEqualTo("tool_calls");
    assertThat(streamed.message().toolCalls().orElseThrow().getFirst().asFunction().function())
        .isEqualTo(
            whole
                .choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction()
                .function());
  }

  /** A result of the call goes back as the client writes it. */
  @Test
  void takesResultsOfFunctions() {
    Script.is(Script.anything());
    var called =
        client.chat().completions().create(withWeather().build()).choices().getFirst().message();
    Script.is(Script.saying("Warm."));
    var params =
        question()
            .addMessage(called)
            .addMessage(
                ChatCompletionToolMessageParam.builder()
                    .toolCallId(called.toolCalls().orElseThrow().getFirst().asFunction().id())
                    .content("21 degrees")
                    .build())
            .build();
    assertThat(client.chat().completions().create(params).choices().getFirst().message().content())
        .contains("Warm.");
  }

  private static ChatCompletionCreateParams.Builder withWeather() {
    var city =
        Map.of(
            "type",
            "object",
            "properties",
            Map.of("city", Map.of("type", "string", "maxLength", 12)),
            "required",
            List.of("city"),
            "additionalProperties",
            false);
    var parameters = FunctionParameters.builder();
    city.forEach((name, value) -> parameters.putAdditionalProperty(name, JsonValue.from(value)));
    return question()
        .seed(5)
        .addTool(
            ChatCompletionFunctionTool.builder()
                .function(
                    FunctionDefinition.builder()
                        .name("weather")
                        .description("Looks out of the window")
                        .parameters(parameters.build())
                        .build())
                .build())
        .toolChoice(
            ChatCompletionNamedToolChoice.builder()
                .function(ChatCompletionNamedToolChoice.Function.builder().name("weather").build())
                .build());
  }

  private static ChatCompletionCreateParams.Builder question() {
    return ChatCompletionCreateParams.builder().model("hone").addUserMessage("Hi");
  }
}
