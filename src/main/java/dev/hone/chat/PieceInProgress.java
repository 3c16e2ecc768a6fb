package dev.hone.chat;

import dev.hone.inference.FinishReason;
import dev.hone.inference.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Gathers tokens until their text is complete. Confined to the reader's thread. */
final class PieceInProgress {
  private final StringBuilder text = new StringBuilder();
  private final List<TokenEvent.Token> tokens = new ArrayList<>();

  /** How many of the tokens the text needs; those after it have shown nothing yet. */
  private int shown;

  void add(TokenEvent.Token token) {
    tokens.add(token);
    text.append(token.text());
    if (!token.text().isEmpty()) {
      shown = tokens.size();
    }
  }

  /** What was held back without showing in the end was a stop string, or the end of the turn. */
  void end(TokenEvent.Finished finished) {
    text.append(finished.tail());
    if (finished.reason() == FinishReason.STOP && finished.tail().isEmpty()) {
      tokens.subList(shown, tokens.size()).clear();
    }
  }

  boolean hasText() {
    return !text.isEmpty();
  }

  /**
   * Hands over the text and its tokens. Those behind it have shown nothing yet: they may be the end
   * of the turn, which only {@link #end} tells.
   */
  void deliverShown(Consumer<Piece> reader) {
    deliver(shown, reader);
  }

  /** Hands over what there is, if anything. */
  void deliver(Consumer<Piece> reader) {
    deliver(tokens.size(), reader);
  }

  private void deliver(int count, Consumer<Piece> reader) {
    var told = tokens.subList(0, count);
    if (text.isEmpty() && told.isEmpty()) {
      return;
    }
    var piece = new Piece(text.toString(), List.copyOf(told));
    text.setLength(0);
    told.clear();
    shown = 0;
    reader.accept(piece);
  }
}
