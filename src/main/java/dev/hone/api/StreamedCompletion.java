package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/** A completion that is sent as it grows. */
final class StreamedCompletion {
  private final CompletionHead head;
  private final EventStream events;
  private final boolean usage;

  /**
   * @param usage whether it was asked for: the last chunk then has it, the others say null
   */
  StreamedCompletion(CompletionHead head, EventStream events, boolean usage) {
    this.head = head;
    this.events = events;
    this.usage = usage;
  }

  /** Past the first byte a failure can only be told as an event, after which nothing follows. */
  void write(List<Answer> answers) {
    for (int index = 0; index < answers.size(); index++) {
      send(CompletionChunk.begin(head, index));
    }
    List<AnswerEnd> ends;
    try {
      ends = Choices.read(answers, this::stream);
    } catch (RuntimeException e) { // whatever the engine failed with
      answers.forEach(Answer::cancel);
      events.error(e);
      return;
    }
    if (usage) {
      events.json(CompletionChunk.usage(head, Usage.of(ends)));
    }
    events.done();
  }

  private AnswerEnd stream(int index, Answer answer) {
    var end = answer.read(text -> send(CompletionChunk.text(head, index, text)));
    send(CompletionChunk.finish(head, index, end));
    return end;
  }

  private void send(CompletionChunk chunk) {
    events.json(usage ? new CompletionChunk.WithUsage(chunk, null) : chunk);
  }
}
