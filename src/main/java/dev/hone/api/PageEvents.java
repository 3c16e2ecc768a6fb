package dev.hone.api;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.hone.chat.PageReply;
import java.util.List;

/** What the page is told while the answers to a message are written. */
final class PageEvents implements PageReply.Listener {
  private final EventStream events;

  PageEvents(EventStream events) {
    this.events = events;
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Event {
    @JsonTypeName("start")
    record Start(int position, List<String> turns, String version, String promptHash)
        implements Event {}

    @JsonTypeName("notice")
    record Notice(int dropped, String text) implements Event {}

    @JsonTypeName("token")
    record Token(int index, String text) implements Event {}

    @JsonTypeName("finish")
    record Finish(int index, String turn, String finishReason) implements Event {}

    @JsonTypeName("error")
    record Failed(int index, String message, String code) implements Event {}
  }

  void write(PageReply reply) {
    events.json(
        new Event.Start(reply.position(), reply.turns(), reply.version(), reply.promptHash()));
    if (reply.dropped() > 0) {
      events.json(new Event.Notice(reply.dropped(), notice(reply.dropped())));
    }
    reply.listen(this);
    events.done();
  }

  @Override
  public void text(int index, String text) {
    events.json(new Event.Token(index, text));
  }

  @Override
  public void finished(int index, String turn, String reason) {
    events.json(new Event.Finish(index, turn, reason));
  }

  @Override
  public void failed(int index, Throwable cause) {
    Failure failure = events.failure(cause);
    events.json(new Event.Failed(index, failure.message(), failure.code()));
  }

  private static String notice(int dropped) {
    return dropped == 1
        ? "The conversation is longer than the model can see: the first exchange was left out."
        : "The conversation is longer than the model can see: the first %d exchanges were left out."
            .formatted(dropped);
  }
}
