package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import dev.hone.chat.Piece;
import dev.hone.inference.TokenEvent;
import java.util.List;
import java.util.function.Function;

/** A completion that is sent as it grows. */
final class StreamedCompletion {
  private final CompletionHead head;
  private final EventStream events;
  private final boolean usage;
  private final Function<List<TokenEvent.Token>, Logprobs> logprobs;

  /**
   * @param usage whether it was asked for: the last chunk then has it, the others say null
   * @param logprobs what is told of tokens; null if nothing is
   */
  StreamedCompletion(
      CompletionHead head,
      EventStream events,
      boolean usage,
      Function<List<TokenEvent.Token>, Logprobs> logprobs) {
    this.head = head;
    this.events = events;
    this.usage = usage;
    this.logprobs = logprobs;
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
    var end = answer.readPieces(piece -> send(index, piece));
    send(CompletionChunk.finish(head, index, end));
    return end;
  }

  private void send(int index, Piece piece) {
    Logprobs told = logprobs.apply(piece.tokens());
    if (!piece.text().isEmpty() || (told != null && !told.content().isEmpty())) {
      send(CompletionChunk.text(head, index, piece.text(), told));
    }
  }

  private void send(CompletionChunk chunk) {
    events.json(usage ? new CompletionChunk.WithUsage(chunk, null) : chunk);
  }
}
