package dev.hone.feedback;

import dev.hone.feedback.FeedbackException.Reason;
import java.util.HashSet;
import java.util.List;

/** What the kinds of {@link Vote} have in common in what they refuse. */
final class Checks {
  private static final int MAX_TURN_ID_LENGTH = 200;

  private Checks() {}

  static void present(String field, Object value) {
    if (value == null) {
      throw new FeedbackException(Reason.MALFORMED_VOTE, "'%s' is required".formatted(field));
    }
  }

  static void turn(String turn) {
    text("turn", turn, MAX_TURN_ID_LENGTH);
  }

  static List<String> turns(List<String> turns, int least, int most) {
    present("turns", turns);
    if (turns.size() < least || turns.size() > most) {
      String wanted = least == most ? "exactly " + most : "%d to %d".formatted(least, most);
      throw invalid("'turns' must name %s turns, has %d".formatted(wanted, turns.size()));
    }
    turns.forEach(turn -> text("turns", turn, MAX_TURN_ID_LENGTH));
    distinct("turns", turns);
    return List.copyOf(turns);
  }

  static void distinct(String field, List<String> values) {
    var seen = new HashSet<String>();
    for (String value : values) {
      if (!seen.add(value)) {
        throw invalid("'%s' has '%s' more than once".formatted(field, value));
      }
    }
  }

  static void atMost(String field, int size, int most, String unit) {
    if (size > most) {
      throw invalid("'%s' may have at most %,d %s, has %,d".formatted(field, most, unit, size));
    }
  }

  /** Refuses what is missing, blank, too long, or cannot be stored as UTF-8 text. */
  static void text(String field, String text, int maxLength) {
    present(field, text);
    if (text.isBlank()) {
      throw invalid("'%s' must not be blank".formatted(field));
    }
    atMost(field, text.length(), maxLength, "characters");
    if (text.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
      throw invalid("'%s' has a NUL character or half of a surrogate pair".formatted(field));
    }
  }

  private static FeedbackException invalid(String detail) {
    return new FeedbackException(Reason.INVALID_VOTE, detail);
  }
}
