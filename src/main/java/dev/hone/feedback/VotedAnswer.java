package dev.hone.feedback;

import dev.hone.chat.Turn;
import dev.hone.model.Message;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a vote needs to know of a turn.
 *
 * @param turn its id
 * @param promptHash equal for answers to the same prompt
 * @param prompt what was really sent
 * @param conversation the page's conversation that it is part of; null for an answer outside of one
 */
public record VotedAnswer(
    String turn, String promptHash, List<Message> prompt, String text, UUID conversation) {
  /** By turn id; ids without a stored turn are left out. */
  static Map<String, VotedAnswer> of(Collection<String> turns) {
    return where("t.id in :names", turns);
  }

  /** By turn id, the answers to these prompts that any vote speaks of. */
  static Map<String, VotedAnswer> to(Collection<String> promptHashes) {
    return where("t.promptHash in :names and " + Feedback.SPEAKS_OF_TURN, promptHashes);
  }

  private static Map<String, VotedAnswer> where(String condition, Collection<String> names) {
    return Turn.getEntityManager()
        .createQuery(
            "select new %s(t.id, t.promptHash, t.messages, t.response, t.conversation) from Turn t where %s"
                .formatted(VotedAnswer.class.getName(), condition),
            VotedAnswer.class)
        .setParameter("names", names)
        .getResultStream()
        .collect(Collectors.toMap(VotedAnswer::turn, Function.identity()));
  }
}
