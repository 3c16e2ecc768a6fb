package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/** A completion that is sent as it grows. */
final class StreamedCompletion {
  private final CompletionHead head;
  private final EventStream events;

  StreamedCompletion(CompletionHead head, EventStream events) {
    this.head = head;
    this.events = events;
  }

  /** Past the first byte a failure can only be told as an event, after which nothing follows. */
  void write(List<Answer> answers, boolean usage) {
    for (int index = 0; index < answers.size(); index++) {
      events.json(CompletionChunk.begin(head, index));
    }
    List<AnswerEnd> ends;
    try {
      ends = Choices.read(answers, this::stream);
    } catch (RuntimeException e) { // whatever the engine failed with
      answers.forEach(Answer::cancel);
      events.data(ErrorBody.openAi(Failures.of(e)).encode());
      return;
    }
    if (usage) {
      events.json(CompletionChunk.usage(head, CompletionResponse.Usage.of(ends)));
    }
    events.done();
  }

  private AnswerEnd stream(int index, Answer answer) {
    var end = answer.read(text -> events.json(CompletionChunk.text(head, index, text)));
    events.json(CompletionChunk.finish(head, index, end));
    return end;
  }
}
