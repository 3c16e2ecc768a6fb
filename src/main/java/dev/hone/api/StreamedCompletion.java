package dev.hone.api;

import dev.hone.chat.AnswerEnd;
import dev.hone.chat.Piece;
import dev.hone.chat.ReadableAnswer;
import dev.hone.inference.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** A completion that is sent as it grows. */
final class StreamedCompletion {
  private final CompletionHead head;
  private final EventStream events;
  private final boolean usage;
  private final Supplier<ToolCallReader> readers;
  private final Function<List<TokenEvent.Token>, Logprobs> logprobs;

  /**
   * @param usage whether it was asked for: the last chunk then has it, the others say null
   * @param readers one for each answer
   * @param logprobs what is told of tokens; null if nothing is
   */
  StreamedCompletion(
      CompletionHead head,
      EventStream events,
      boolean usage,
      Supplier<ToolCallReader> readers,
      Function<List<TokenEvent.Token>, Logprobs> logprobs) {
    this.head = head;
    this.events = events;
    this.usage = usage;
    this.readers = readers;
    this.logprobs = logprobs;
  }

  /** Past the first byte a failure can only be told as an event, after which nothing follows. */
  void write(List<? extends ReadableAnswer> answers) {
    for (int index = 0; index < answers.size(); index++) {
      send(CompletionChunk.begin(head, index));
    }
    List<AnswerEnd> ends;
    try {
      ends = Choices.read(answers, this::stream);
    } catch (RuntimeException e) { // whatever the engine failed with
      answers.forEach(ReadableAnswer::cancel);
      events.error(e);
      return;
    }
    if (usage) {
      events.json(CompletionChunk.usage(head, Usage.of(ends)));
    }
    events.done();
  }

  private AnswerEnd stream(int index, ReadableAnswer answer) {
    var reader = readers.get();
    var end = answer.readPieces(piece -> send(index, piece, reader));
    reader.end().forEach(part -> send(index, part));
    send(CompletionChunk.finish(head, index, end, reader.called()));
    return end;
  }

  /** Tokens are told of when they come, be their text held back or a call's. */
  private void send(int index, Piece piece, ToolCallReader reader) {
    Logprobs told = logprobs.apply(piece.tokens());
    var parts = new ArrayList<>(reader.push(piece.text()));
    if (told != null && !told.content().isEmpty()) {
      boolean said = !parts.isEmpty() && parts.getFirst() instanceof ToolCallReader.Part.Text;
      String text = said ? ((ToolCallReader.Part.Text) parts.removeFirst()).text() : "";
      send(CompletionChunk.text(head, index, text, told));
    }
    parts.forEach(part -> send(index, part));
  }

  private void send(int index, ToolCallReader.Part part) {
    switch (part) {
      case ToolCallReader.Part.Text(var text) -> {
        Logprobs none = logprobs.apply(List.of());
        send(CompletionChunk.text(head, index, text, none));
      }
      case ToolCallReader.Part.Call call ->
          ToolCalls.deltas(call).forEach(piece -> send(CompletionChunk.call(head, index, piece)));
    }
  }

  private void send(CompletionChunk chunk) {
    events.json(usage ? new CompletionChunk.WithUsage(chunk, null) : chunk);
  }
}
