package dev.hone.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Gathers the events of one generation. */
final class Answer implements Consumer<TokenEvent> {
  private final CompletableFuture<List<TokenEvent>> done = new CompletableFuture<>();
  private final List<TokenEvent> events = new ArrayList<>();

  /** Whether anything was told after the end. */
  volatile boolean disturbed;

  @Override
  public void accept(TokenEvent event) {
    disturbed |= done.isDone();
    events.add(event);
    if (!(event instanceof TokenEvent.Token)) {
      done.complete(List.copyOf(events));
    }
  }

  boolean ended() {
    return done.isDone();
  }

  List<TokenEvent> events() {
    try {
      return done.get(Duration.ofSeconds(60).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the generation did not end", e);
    }
  }

  TokenEvent end() {
    return events().getLast();
  }

  String text() {
    var text = new StringBuilder();
    for (TokenEvent event : events()) {
      switch (event) {
        case TokenEvent.Token token -> text.append(token.text());
        case TokenEvent.Finished finished -> text.append(finished.tail());
        case TokenEvent.Failed failed -> throw failed.cause();
      }
    }
    return text.toString();
  }

  int[] ids() {
    return events().stream()
        .filter(TokenEvent.Token.class::isInstance)
        .mapToInt(event -> ((TokenEvent.Token) event).id())
        .toArray();
  }

  FinishReason reason() {
    return ((TokenEvent.Finished) end()).reason();
  }
}
