package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import java.util.List;
import java.util.function.Supplier;

/** A completion that is sent as it grows. */
final class StreamedCompletion {
  private final CompletionHead head;
  private final EventStream events;
  private final boolean usage;
  private final Supplier<ToolCallReader> readers;

  /**
   * @param usage whether it was asked for: the last chunk then has it, the others say null
   * @param readers one for each answer
   */
  StreamedCompletion(
      CompletionHead head, EventStream events, boolean usage, Supplier<ToolCallReader> readers) {
    this.head = head;
    this.events = events;
    this.usage = usage;
    this.readers = readers;
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
      events.data(ErrorBody.openAi(Failures.of(e)).encode());
      return;
    }
    if (usage) {
      events.json(CompletionChunk.usage(head, CompletionResponse.Usage.of(ends)));
    }
    events.done();
  }

  private AnswerEnd stream(int index, Answer answer) {
    var reader = readers.get();
    var end = answer.read(text -> send(index, reader.push(text)));
    send(index, reader.end());
    send(CompletionChunk.finish(head, index, end, reader.called()));
    return end;
  }

  private void send(int index, List<ToolCallReader.Part> parts) {
    for (var part : parts) {
      switch (part) {
        case ToolCallReader.Part.Text(var text) -> send(CompletionChunk.text(head, index, text));
        case ToolCallReader.Part.Call call ->
            ToolCalls.deltas(call).forEach(piece -> send(CompletionChunk.call(head, index, piece)));
      }
    }
  }

  private void send(CompletionChunk chunk) {
    events.json(usage ? new CompletionChunk.WithUsage(chunk, null) : chunk);
  }
}
