package dev.hone.feedback;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * What a person says of one or several answers. Constructors refuse what cannot be meant with a
 * {@link FeedbackException} that names the field. Its JSON is the API's and the database's.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Vote.Rating.class, name = "rating"),
  @JsonSubTypes.Type(value = Vote.Comparison.class, name = "comparison"),
  @JsonSubTypes.Type(value = Vote.Ranking.class, name = "ranking"),
  @JsonSubTypes.Type(value = Vote.Edit.class, name = "edit"),
  @JsonSubTypes.Type(value = Vote.Withdrawal.class, name = "withdrawal")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Vote {
  /** The most answers that one ranking may order. */
  int MAX_RANKED = 8;

  /** Ids of the turns it speaks of, in its order. */
  List<String> turns();

  /** The same vote with its turns named otherwise. */
  Vote withTurns(UnaryOperator<String> rename);

  /** A thumb. */
  enum Value {
    @JsonProperty("up")
    UP,
    @JsonProperty("down")
    DOWN
  }

  /** Which of two answers is better. */
  enum Choice {
    @JsonProperty("a")
    A,
    @JsonProperty("b")
    B,
    @JsonProperty("tie")
    TIE,
    @JsonProperty("bothBad")
    BOTH_BAD
  }

  /**
   * @param reasons short words such as {@code helpful}; null where none were given
   * @param comment null where none was given
   */
  record Rating(String turn, Value value, List<String> reasons, String comment) implements Vote {
    private static final int MAX_REASONS = 16;
    private static final int MAX_REASON_LENGTH = 100;
    private static final int MAX_COMMENT_LENGTH = 10_000;

    public Rating {
      Checks.turn(turn);
      Checks.present("value", value);
      if (reasons != null) {
        Checks.atMost("reasons", reasons.size(), MAX_REASONS, "reasons");
        reasons.forEach(reason -> Checks.text("reasons", reason, MAX_REASON_LENGTH));
        Checks.distinct("reasons", reasons);
        reasons = List.copyOf(reasons);
      }
      if (comment != null) {
        Checks.text("comment", comment, MAX_COMMENT_LENGTH);
      }
    }

    @Override
    public List<String> turns() {
      return List.of(turn);
    }

    @Override
    public Rating withTurns(UnaryOperator<String> rename) {
      return new Rating(rename.apply(turn), value, reasons, comment);
    }
  }

  /**
   * @param turns two different answers to the same prompt, A and B
   */
  record Comparison(List<String> turns, Choice choice) implements Vote {
    public Comparison {
      turns = Checks.turns(turns, 2, 2);
      Checks.present("choice", choice);
    }

    @Override
    public Comparison withTurns(UnaryOperator<String> rename) {
      return new Comparison(turns.stream().map(rename).toList(), choice);
    }
  }

  /**
   * @param turns different answers to the same prompt, the best first
   */
  record Ranking(List<String> turns) implements Vote {
    public Ranking {
      turns = Checks.turns(turns, 2, MAX_RANKED);
    }

    @Override
    public Ranking withTurns(UnaryOperator<String> rename) {
      return new Ranking(turns.stream().map(rename).toList());
    }
  }

  /**
   * @param text the answer that should have been given
   */
  record Edit(String turn, String text) implements Vote {
    private static final int MAX_TEXT_LENGTH = 200_000;

    public Edit {
      Checks.turn(turn);
      Checks.text("text", text, MAX_TEXT_LENGTH);
    }

    @Override
    public List<String> turns() {
      return List.of(turn);
    }

    @Override
    public Edit withTurns(UnaryOperator<String> rename) {
      return new Edit(rename.apply(turn), text);
    }
  }

  /**
   * @param feedback id of the vote that no longer counts
   */
  record Withdrawal(UUID feedback) implements Vote {
    public Withdrawal {
      Checks.present("feedback", feedback);
    }

    @Override
    public List<String> turns() {
      return List.of();
    }

    @Override
    public Withdrawal withTurns(UnaryOperator<String> rename) {
      return this;
    }
  }
}
