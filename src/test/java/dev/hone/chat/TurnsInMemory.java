package dev.hone.chat;

import dev.hone.inference.FinishReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps turns without a database. */
final class TurnsInMemory extends TurnLog {
  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final List<FinishReason> ends = new CopyOnWriteArrayList<>();

  @Override
  void store(AnswerRequest request, Transcript transcript, FinishReason reason) {
    texts.add(transcript.text());
    ends.add(reason);
  }

  List<String> texts() {
    return texts;
  }

  List<FinishReason> ends() {
    return ends;
  }
}
