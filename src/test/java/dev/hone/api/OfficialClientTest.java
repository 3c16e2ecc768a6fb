package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.hone.TestModel;
import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
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

  private static ChatCompletionCreateParams.Builder question() {
    return ChatCompletionCreateParams.builder().model("hone").addUserMessage("Hi");
  }
}
