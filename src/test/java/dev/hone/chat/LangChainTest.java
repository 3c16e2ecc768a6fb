package dev.hone.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.TestModel;
import dev.hone.api.ScriptedServer;
import dev.hone.inference.Script;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import io.quarkiverse.langchain4j.ChatMemoryRemover;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class LangChainTest {
  @Inject EngineChatModel blocking;
  @Inject EngineStreamingChatModel streaming;
  @Inject Assistant assistant;
  @Inject PageChat chat;
  @Inject Conversations conversations;

  @BeforeEach
  void script() {
    Script.is(Script.saying("Hello."));
  }

  @Test
  void theBlockingModelsResponseIsATurn() {
    ChatModel model = blocking;
    var response =
        model.chat(
            ChatRequest.builder()
                .messages(SystemMessage.from("Be kind."), UserMessage.from("Hi"))
                .temperature(0.5)
                .maxOutputTokens(50)
                .build());
    assertThat(response.aiMessage().text()).isEqualTo("Hello.");
    assertThat(response.modelName()).isEqualTo(TestModel.ID);
    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(7);
    var turn = turn(response.id());
    assertThat(turn.response).isEqualTo("Hello.");
    assertThat(turn.sampling.temperature()).isEqualTo(0.5);
    assertThat(turn.sampling.maxNewTokens()).isEqualTo(50);
  }

  @Test
  void theStreamingModelsResponseIsATurn() throws Exception {
    StreamingChatModel model = streaming;
    var handler = new Collected(false);
    model.chat(List.of(UserMessage.from("Hi")), handler);
    var response = handler.response.get(30, TimeUnit.SECONDS);
    assertThat(String.join("", handler.pieces)).isEqualTo("Hello.");
    assertThat(turn(response.id()).response).isEqualTo("Hello.");
  }

  @Test
  void aCancelledStreamKeepsWhatCame() throws Exception {
    Script.is(Script.letters());
    var handler = new Collected(true);
    streaming.chat(List.of(UserMessage.from("Hi")), handler);
    var response = handler.response.get(30, TimeUnit.SECONDS);
    assertThat(response.finishReason()).isEqualTo(FinishReason.OTHER);
    assertThat(turn(response.id()).finishReason).isEqualTo("cancelled");
  }

  @Test
  void whatTheEngineCantDoIsRefused() {
    var request =
        ChatRequest.builder()
            .messages(UserMessage.from("Hi"))
            .toolSpecifications(ToolSpecification.builder().name("clock").build())
            .build();
    assertThatThrownBy(() -> blocking.chat(request))
        .isInstanceOf(UnsupportedFeatureException.class);
  }

  @Test
  void theAssistantKeepsNoMemoryOfItsOwn() {
    var id = conversations.create("local").id();
    chat.send(id, "local", "Hi", 2, new Cancellation()).listen(PageReply.Listener.GONE);
    await()
        .untilAsserted(
            () -> assertThat(ChatMemoryRemover.getAllChatMemoryIds(assistant)).isEmpty());
  }

  private static Turn turn(String id) {
    return QuarkusTransaction.requiringNew().call(() -> Turn.findById(id));
  }

  private static final class Collected implements StreamingChatResponseHandler {
    private final boolean cancelling;
    private final List<String> pieces = new ArrayList<>();
    private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

    Collected(boolean cancelling) {
      this.cancelling = cancelling;
    }

    @Override
    public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
      pieces.add(piece.text());
      if (cancelling) {
        context.streamingHandle().cancel();
        assertThat(context.streamingHandle().isCancelled()).isTrue();
      }
    }

    @Override
    public void onCompleteResponse(ChatResponse whole) {
      response.complete(whole);
    }

    @Override
    public void onError(Throwable cause) {
      response.completeExceptionally(cause);
    }
  }
}
