package dev.hone.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.inference.FinishReason;
import dev.hone.inference.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PieceInProgressTest {
  private static final TokenEvent.Token FULL_STOP = token(7, ".");
  private static final TokenEvent.Token SILENT = token(9, "");

  private final PieceInProgress piece = new PieceInProgress();
  private final List<Piece> delivered = new ArrayList<>();

  private static TokenEvent.Token token(int id, String text) {
    return new TokenEvent.Token(id, text, 0, 0, List.of());
  }

  /** As a reader finds it that was slow. */
  @Test
  void theEndOfTheTurnBehindATextIsNotToldWithIt() {
    piece.add(FULL_STOP);
    piece.add(SILENT);
    piece.deliverShown(delivered::add);
    piece.end(new TokenEvent.Finished(FinishReason.STOP, "", 0));
    piece.deliver(delivered::add);
    assertThat(delivered).containsExactly(new Piece(".", List.of(FULL_STOP)));
  }

  @Test
  void whatHadNoTextYetIsToldWithTheTextThatItBecomes() {
    piece.add(FULL_STOP);
    piece.add(SILENT);
    piece.deliverShown(delivered::add);
    piece.add(FULL_STOP);
    piece.deliverShown(delivered::add);
    assertThat(delivered)
        .containsExactly(
            new Piece(".", List.of(FULL_STOP)), new Piece(".", List.of(SILENT, FULL_STOP)));
  }

  @Test
  void atTheLengthLimitWhatHasNoTextIsToldToo() {
    piece.add(FULL_STOP);
    piece.deliverShown(delivered::add);
    piece.add(SILENT);
    piece.end(new TokenEvent.Finished(FinishReason.LENGTH, "", 0));
    piece.deliver(delivered::add);
    assertThat(delivered)
        .containsExactly(new Piece(".", List.of(FULL_STOP)), new Piece("", List.of(SILENT)));
  }
}
