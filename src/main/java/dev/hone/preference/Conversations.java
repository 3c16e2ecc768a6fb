package dev.hone.preference;

import dev.hone.model.Message;
import dev.hone.preference.Example.Pair;
import java.util.List;

/** Pairs of whole conversations that begin alike. */
final class Conversations {
  private Conversations() {}

  /**
   * Whether two lists of messages only answer, rather than hold what they answer: both begin with
   * the assistant, and not with one greeting.
   */
  static boolean areAnswers(List<Message> chosen, List<Message> rejected) {
    boolean greeted = common(chosen, rejected) > 0 && Math.min(chosen.size(), rejected.size()) > 1;
    return chosen.getFirst().role().equals("assistant")
        && rejected.getFirst().role().equals("assistant")
        && !greeted;
  }

  /**
   * Takes the longest common beginning, in whole messages, as the prompt; of equal conversations
   * all but the last message.
   *
   * @throws BadLineException where what remains is not two answers to it
   */
  static Pair pair(List<Message> chosen, List<Message> rejected, Provenance provenance) {
    int common = common(chosen, rejected);
    int shorter = Math.min(chosen.size(), rejected.size());
    if (common == chosen.size() && common == rejected.size()) {
      if (common == 1 || !chosen.getLast().role().equals("assistant")) {
        throw new BadLineException("'chosen' and 'rejected' are the same");
      }
      common--;
    }
    if (common == 0) {
      throw new BadLineException("'chosen' and 'rejected' do not begin with the same message");
    }
    if (common == shorter) {
      throw new BadLineException("one of 'chosen' and 'rejected' is the beginning of the other");
    }
    return new Pair(
        new Passage.Chat(chosen.subList(0, common)),
        answer("chosen", chosen, common),
        answer("rejected", rejected, common),
        provenance);
  }

  /**
   * Takes the longest common beginning that leaves both at least a message, as TRL does. Whatever
   * remains are the answers; the prompt of conversations that begin differently is empty.
   *
   * @param chosen at least one message
   * @param rejected likewise
   */
  static Pair anyPair(List<Message> chosen, List<Message> rejected, Provenance provenance) {
    int shorter = Math.min(chosen.size(), rejected.size());
    int common = Math.min(common(chosen, rejected), shorter - 1);
    return new Pair(
        new Passage.Chat(chosen.subList(0, common)),
        new Passage.Chat(chosen.subList(common, chosen.size())),
        new Passage.Chat(rejected.subList(common, rejected.size())),
        provenance);
  }

  private static int common(List<Message> chosen, List<Message> rejected) {
    int common = 0;
    int shorter = Math.min(chosen.size(), rejected.size());
    while (common < shorter && chosen.get(common).equals(rejected.get(common))) {
      common++;
    }
    return common;
  }

  private static Passage answer(String field, List<Message> conversation, int from) {
    if (!conversation.get(from).role().equals("assistant")) {
      throw new BadLineException("the conversations differ in what the user says");
    }
    if (!conversation.getLast().role().equals("assistant")) {
      throw new BadLineException("'%s' does not end with the assistant".formatted(field));
    }
    return new Passage.Chat(conversation.subList(from, conversation.size()));
  }
}
