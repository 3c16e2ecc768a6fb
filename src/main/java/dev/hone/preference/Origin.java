package dev.hone.preference;

import dev.hone.feedback.FeedbackEntry;
import dev.hone.feedback.VotedAnswer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Whom an {@link Example} comes from. */
public sealed interface Origin {
  /** A file that someone brought. */
  record Import() implements Origin {}

  /**
   * What one person said of answers here.
   *
   * @param sequence of the last of their votes that it follows from: later ones have higher
   * @param conversations the page's conversations that the answers are part of
   */
  record Votes(String owner, long sequence, Set<UUID> conversations) implements Origin {}

  /**
   * @param votes by id, at least those that the provenance names
   * @param answers by turn id, likewise
   */
  static Origin of(
      Provenance provenance, Map<UUID, FeedbackEntry> votes, Map<String, VotedAnswer> answers) {
    return switch (provenance) {
      case Provenance.Imported _, Provenance.Listed _ -> new Import();
      case Provenance.Voted(_, var feedback, var turns) ->
          new Votes(
              votes.get(feedback.getFirst()).owner(),
              feedback.stream().mapToLong(id -> votes.get(id).sequence()).max().orElseThrow(),
              turns.stream()
                  .map(turn -> answers.get(turn).conversation())
                  .filter(Objects::nonNull)
                  .collect(Collectors.toSet()));
    };
  }
}
