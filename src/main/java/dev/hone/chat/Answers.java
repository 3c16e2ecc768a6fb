package dev.hone.chat;

import dev.hone.inference.Engine;
import dev.hone.inference.EngineBusyException;
import dev.hone.inference.ModelHost;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.util.ArrayList;
import java.util.List;

/** Has answers drawn by the engine and stored when they end. */
@ApplicationScoped
public class Answers {
  private static final int AFTER_THE_ENGINE = ObserverMethod.DEFAULT_PRIORITY + 1;

  private final ModelHost host;
  private final TurnLog log;

  Answers(ModelHost host, TurnLog log) {
    this.host = host;
    this.log = log;
  }

  /** After the engine, which has ended every answer, and before the database. */
  void stop(@Observes @Priority(AFTER_THE_ENGINE) ShutdownEvent event) throws InterruptedException {
    log.awaitWritten();
  }

  /**
   * Starts all or none.
   *
   * @param cancellation ends every one of them
   * @throws EngineBusyException when the engine's queue has no room for all
   */
  public List<Answer> start(List<AnswerRequest> requests, Cancellation cancellation) {
    Engine engine = host.engine();
    // A version that has gone since the prompt was rendered for it comes back.
    requests.forEach(request -> host.model(request.prompt().model().version()));
    var started = new ArrayList<Answer>();
    try {
      for (var request : requests) {
        started.add(Answer.start(engine, request, log));
      }
    } finally {
      if (started.size() < requests.size()) {
        started.forEach(Answer::cancel);
      }
    }
    started.forEach(answer -> cancellation.whenCancelled(answer::cancel));
    return List.copyOf(started);
  }
}
