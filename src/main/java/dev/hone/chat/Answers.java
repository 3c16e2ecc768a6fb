package dev.hone.chat;

import dev.hone.inference.EngineBusyException;
import dev.hone.inference.EngineStoppedException;
import dev.hone.inference.InferenceEngine;
import dev.hone.inference.ModelHost;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Has answers drawn by the engine and stored when they end. */
@ApplicationScoped
public class Answers {
  private final ModelHost host;
  private final TurnLog log;

  Answers(ModelHost host, TurnLog log) {
    this.host = host;
    this.log = log;
  }

  /**
   * Starts all or none.
   *
   * @param cancellation ends every one of them
   * @throws EngineBusyException when the engine's queue has no room for all
   */
  public List<Answer> start(List<AnswerRequest> requests, Cancellation cancellation) {
    InferenceEngine engine = host.engine();
    // A version that has gone since the prompt was rendered for it comes back.
    requests.forEach(request -> host.model(request.prompt().model().version()));
    var started = new ArrayList<Answer>();
    try {
      for (var request : requests) {
        started.add(Answer.start(engine, request, log));
      }
    } catch (EngineBusyException | EngineStoppedException e) {
      started.forEach(Answer::cancel);
      throw e;
    }
    started.forEach(answer -> cancellation.whenCancelled(answer::cancel));
    return List.copyOf(started);
  }
}
