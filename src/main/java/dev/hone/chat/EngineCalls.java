package dev.hone.chat;

import dev.hone.inference.LogitBias;
import dev.hone.inference.ModelHost;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import dev.hone.registry.Versions;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What both of the engine's faces to LangChain4j share: its requests and responses in our words.
 */
@ApplicationScoped
class EngineCalls {
  /** Owns the turns of calls that no {@link Ask} is bound around. */
  private static final String OWNER = "local";

  private final ModelHost host;
  private final Versions versions;
  private final Answers answers;
  private final ChatConfig config;
  private final RandomGenerator random = new SecureRandom();

  EngineCalls(ModelHost host, Versions versions, Answers answers, ChatConfig config) {
    this.host = host;
    this.versions = versions;
    this.answers = answers;
    this.config = config;
  }

  Answer start(ChatRequest chat, Optional<Ask> ask) {
    refuseUnsupported(chat);
    var request = ask.map(Ask::request).orElseGet(() -> unasked(chat));
    var prompt = Prompt.of(request.prompt().model(), ChatMessages.toModel(chat.messages()));
    return answers
        .start(
            List.of(request.with(prompt, overridden(request.sampling(), chat))),
            ask.map(Ask::cancellation).orElseGet(Cancellation::new))
        .getFirst();
  }

  private AnswerRequest unasked(ChatRequest chat) {
    ServedModel model = host.model(versions.resolve(chat.modelName()));
    return AnswerRequest.alone(
        new AnswerRequest.Draw(Completions.freshId(), 0),
        OWNER,
        Prompt.of(model, ChatMessages.toModel(chat.messages())),
        Completions.defaults(model, config.maxNewTokens(), random.nextLong()),
        true);
  }

  private static SamplingParams overridden(SamplingParams base, ChatRequest chat) {
    return new SamplingParams(
        or(chat.temperature(), base.temperature()),
        or(chat.topP(), base.topP()),
        or(chat.topK(), base.topK()),
        base.minP(),
        base.seed(),
        or(chat.maxOutputTokens(), base.maxNewTokens()),
        chat.stopSequences().isEmpty() ? base.stop() : chat.stopSequences(),
        new LogitBias(
            or(chat.frequencyPenalty(), base.bias().frequencyPenalty()),
            or(chat.presencePenalty(), base.bias().presencePenalty()),
            base.bias().repetitionPenalty(),
            base.bias().byToken(),
            base.bias().minTokens(),
            base.bias().ignoreEnd()),
        base.alternatives());
  }

  private static <T> T or(T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private static void refuseUnsupported(ChatRequest chat) {
    if (!chat.toolSpecifications().isEmpty()) {
      throw new UnsupportedFeatureException("tools are not supported");
    }
    if (chat.responseFormat() != null && chat.responseFormat().type() != ResponseFormatType.TEXT) {
      throw new UnsupportedFeatureException("only text is supported as response format");
    }
  }

  static ChatResponse response(String text, AnswerEnd end) {
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(text))
        .metadata(
            ChatResponseMetadata.builder()
                .id(end.turn())
                .modelName(end.version())
                .tokenUsage(new TokenUsage(end.promptTokens(), end.completionTokens()))
                .finishReason(reason(end.reason()))
                .build())
        .build();
  }

  private static FinishReason reason(dev.hone.inference.FinishReason reason) {
    return switch (reason) {
      case STOP -> FinishReason.STOP;
      case LENGTH -> FinishReason.LENGTH;
      case CANCELLED -> FinishReason.OTHER;
    };
  }
}
