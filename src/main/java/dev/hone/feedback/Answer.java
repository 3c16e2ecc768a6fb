package dev.hone.feedback;

import dev.hone.chat.Turn;
import dev.hone.model.Message;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a vote needs to know of a turn.
 *
 * @param turn its id
 * @param promptHash equal for answers to the same prompt
 * @param prompt what was really sent
 */
public record Answer(String turn, String promptHash, List<Message> prompt, String text) {
  /** By turn id; ids without a stored turn are left out. */
  static Map<String, Answer> of(Collection<String> turns) {
    return Turn.getEntityManager()
        .createQuery(
            "select new %s(id, promptHash, messages, response) from Turn where id in :turns"
                .formatted(Answer.class.getName()),
            Answer.class)
        .setParameter("turns", turns)
        .getResultStream()
        .collect(Collectors.toMap(Answer::turn, Function.identity()));
  }
}
