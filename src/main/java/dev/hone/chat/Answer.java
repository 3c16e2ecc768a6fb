package dev.hone.chat;

import dev.hone.inference.Engine;
import dev.hone.inference.FinishReason;
import dev.hone.inference.Generation;
import dev.hone.inference.GenerationRequest;
import dev.hone.inference.TokenEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * One answer while it is written: the engine's thread puts tokens in and never waits, one reader
 * takes them out. A reader that falls too far behind ends the answer.
 */
public final class Answer implements ReadableAnswer {
  /** A thousand tokens are ten seconds and more of any model; whoever lags by that has gone. */
  private static final int MAX_LAG = 1_000;

  /** As long as OpenAI's clients wait for an answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final AnswerRequest request;
  private final TurnLog log;
  private final Transcript transcript = new Transcript();
  private final LinkedBlockingQueue<TokenEvent> unread = new LinkedBlockingQueue<>();
  private final int maxLag;
  private volatile boolean cancelled;
  private volatile Generation generation;

  /** Null until it is read to its end. */
  private FinishReason ended;

  private Answer(AnswerRequest request, TurnLog log, int maxLag) {
    this.request = request;
    this.log = log;
    this.maxLag = maxLag;
  }

  static Answer start(Engine engine, AnswerRequest request, TurnLog log) {
    return start(engine, request, log, MAX_LAG);
  }

  static Answer start(Engine engine, AnswerRequest request, TurnLog log, int maxLag) {
    var answer = new Answer(request, log, maxLag);
    var prompt = request.prompt();
    answer.generation =
        engine.submit(
            new GenerationRequest(prompt.model().version(), prompt.tokens(), request.sampling())
                .with(request.priority())
                .with(PATIENCE),
            answer::onEvent);
    if (answer.cancelled) {
      answer.generation.cancel();
    }
    return answer;
  }

  @Override
  public void cancel() {
    cancelled = true;
    Generation started = generation;
    if (started != null) {
      started.cancel();
    }
  }

  private void onEvent(TokenEvent event) {
    switch (event) {
      case TokenEvent.Token token -> {
        transcript.add(token);
        if (unread.size() >= maxLag) {
          cancel();
          return;
        }
      }
      case TokenEvent.Finished finished -> transcript.end(finished.tail());
      case TokenEvent.Failed _ -> {}
    }
    unread.add(event);
  }

  /**
   * Hands the answer's text over piece by piece, then stores the turn if it is to be stored. To be
   * called once. If the reader throws, the answer is cancelled, what there is of it is stored, and
   * the reader's exception goes on.
   *
   * @throws RuntimeException the engine's own failure
   */
  public AnswerEnd read(Consumer<String> reader) {
    return readPieces(
        piece -> {
          if (!piece.text().isEmpty()) {
            reader.accept(piece.text());
          }
        });
  }

  /** The same, with the tokens behind the text. */
  @Override
  public AnswerEnd readPieces(Consumer<Piece> reader) {
    try (var _ = log.expect()) {
      return readOut(reader);
    }
  }

  private AnswerEnd readOut(Consumer<Piece> reader) {
    var piece = new PieceInProgress();
    while (true) {
      switch (take()) {
        case TokenEvent.Token token -> {
          piece.add(token);
          if (unread.isEmpty() && piece.hasText()) {
            deliverOrEnd(piece, reader);
          }
        }
        case TokenEvent.Finished finished -> {
          AnswerEnd end;
          piece.end(finished);
          try {
            piece.deliver(reader);
          } finally {
            end = finish(finished);
          }
          return end;
        }
        case TokenEvent.Failed failed -> throw failed.cause();
      }
    }
  }

  private void deliverOrEnd(PieceInProgress piece, Consumer<Piece> reader) {
    try {
      piece.deliverShown(reader);
    } catch (RuntimeException gone) {
      cancel();
      drain();
      throw gone;
    }
  }

  private void drain() {
    while (true) {
      switch (take()) {
        case TokenEvent.Token _ -> {}
        case TokenEvent.Finished finished -> {
          finish(finished);
          return;
        }
        case TokenEvent.Failed _ -> {
          return;
        }
      }
    }
  }

  /**
   * Stores an answer that has been read and was not to be stored, as one of the completion's
   * choices.
   */
  public void storeAs(int choice) {
    try (var _ = log.expect()) {
      log.store(request.storedAs(choice), transcript, ended);
    }
  }

  private AnswerEnd finish(TokenEvent.Finished finished) {
    ended = finished.reason();
    if (request.store()) {
      log.store(request, transcript, finished.reason());
    }
    return new AnswerEnd(
        request.draw().turn(),
        request.prompt().model().version(),
        finished.reason(),
        request.prompt().tokens().length,
        finished.cachedTokens(),
        transcript.length(),
        Optional.empty());
  }

  private TokenEvent take() {
    try {
      return unread.take();
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while an answer was read", e);
    }
  }
}
