package dev.hone.chat;

import dev.hone.inference.EngineBusyException;
import dev.hone.inference.EngineStoppedException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import io.quarkiverse.langchain4j.ChatMemoryRemover;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Calls the assistant once for each answer wanted and passes on what it says. */
@ApplicationScoped
class AssistantCalls {
  private final Assistant assistant;

  AssistantCalls(Assistant assistant) {
    this.assistant = assistant;
  }

  /** Starts all or none. */
  PageReply answer(
      ConversationMemory memory,
      String message,
      List<AnswerRequest> requests,
      Cancellation cancellation,
      Lanes.Lane lane) {
    var turns = requests.stream().map(request -> request.draw().turn()).toList();
    var reply = new PageReply((Place) memory.id(), memory, turns, lane);
    try {
      for (var request : requests) {
        start(new Ask(request, memory, cancellation, reply.readable()), message, reply);
      }
    } catch (EngineBusyException | EngineStoppedException e) {
      reply.callOff();
      throw e;
    }
    cancellation.whenCancelled(() -> reply.readable().complete(true));
    return reply;
  }

  private void start(Ask ask, String message, PageReply reply) {
    int index = ask.request().draw().choice();
    ScopedValue.where(Ask.CURRENT, ask)
        .run(
            () ->
                assistant
                    .answer(ask, message)
                    .onPartialResponse(text -> reply.listener().text(index, text))
                    .onCompleteResponse(response -> finish(ask, reply, response))
                    .onError(cause -> fail(ask, reply, cause))
                    .start());
  }

  private void finish(Ask ask, PageReply reply, ChatResponse response) {
    try {
      reply
          .listener()
          .finished(ask.request().draw().choice(), response.id(), reason(response.finishReason()));
    } finally {
      end(ask, reply);
    }
  }

  private void fail(Ask ask, PageReply reply, Throwable cause) {
    try {
      reply.listener().failed(ask.request().draw().choice(), cause);
    } finally {
      end(ask, reply);
    }
  }

  private void end(Ask ask, PageReply reply) {
    ChatMemoryRemover.remove(assistant, ask);
    reply.ended();
  }

  private static String reason(FinishReason reason) {
    return switch (reason) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case OTHER -> "cancelled";
      case TOOL_EXECUTION, CONTENT_FILTER ->
          throw new IllegalStateException("the engine has no such end: " + reason);
    };
  }
}
