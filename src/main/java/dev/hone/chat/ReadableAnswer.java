package dev.hone.chat;

import java.util.function.Consumer;

/** An answer that is handed over piece by piece, as it is written or when that is done. */
public interface ReadableAnswer {
  /**
   * Hands the answer over. To be called once.
   *
   * @throws RuntimeException the engine's own failure
   */
  AnswerEnd readPieces(Consumer<Piece> reader);

  /** Ends the answer at the engine's next step. From any thread, any number of times. */
  void cancel();
}
