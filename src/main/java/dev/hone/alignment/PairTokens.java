package dev.hone.alignment;

import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.MessagesRefusedException;
import dev.hone.preference.Example;
import dev.hone.preference.Passage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Preferences as the model sees them when it serves: the prompt through the chat template up to
 * where the answer begins, the answer as it would be sampled, then the end of the turn. Raw text
 * counts as one user's and one assistant's turn.
 *
 * <p>What is too long is cut: answers behind, at half of the limit, and then without an end of
 * turn, since they do not end there; the prompt in front, so that it and the longer answer fit.
 */
public final class PairTokens {
  private final ChatFormat format;
  private final int maxTokens;

  /**
   * @param maxTokens of a prompt and one answer together, at least 4
   */
  public PairTokens(ChatFormat format, int maxTokens) {
    if (maxTokens < 4) {
      throw new IllegalArgumentException("maxTokens must be at least 4, was " + maxTokens);
    }
    this.format = format;
    this.maxTokens = maxTokens;
  }

  /**
   * A pair to learn from.
   *
   * @throws UntrainableException for {@code empty-answer}, {@code same-answer}, {@code
   *     several-turns} (an answer of more than one message) and {@code refused-by-template}
   */
  public TokenPair of(Example.Pair pair) throws UntrainableException {
    refuseUnlearnable(pair.chosen());
    refuseUnlearnable(pair.rejected());
    TokenPair tokens = asItIs(pair);
    if (Arrays.equals(tokens.chosen(), tokens.rejected())) {
      throw new UntrainableException("same-answer");
    }
    return tokens;
  }

  private static void refuseUnlearnable(Passage answer) throws UntrainableException {
    if (answer instanceof Passage.Chat(var messages) && messages.size() > 1) {
      throw new UntrainableException("several-turns");
    }
    if (text(answer).isBlank()) {
      throw new UntrainableException("empty-answer");
    }
  }

  /**
   * A pair to be judged: the answers may be empty, equal, and go on for several turns, of which
   * every token then counts up to the last end of turn.
   *
   * @throws UntrainableException for {@code refused-by-template}
   */
  public TokenPair asItIs(Example.Pair pair) throws UntrainableException {
    int[] prompt = prompt(pair.prompt());
    int[] chosen = answer(pair.prompt(), prompt, pair.chosen());
    int[] rejected = answer(pair.prompt(), prompt, pair.rejected());
    int room = maxTokens - Math.max(chosen.length, rejected.length);
    int[] kept = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - room), prompt.length);
    return TokenPair.of(kept, chosen, rejected);
  }

  private int[] prompt(Passage passage) throws UntrainableException {
    return rendered(
        switch (passage) {
          case Passage.Text(var text) -> List.of(new Message("user", text));
          case Passage.Chat(var messages) -> messages;
        });
  }

  private int[] rendered(List<Message> messages) throws UntrainableException {
    try {
      return format.prompt(messages);
    } catch (MessagesRefusedException e) {
      var untrainable = new UntrainableException("refused-by-template");
      untrainable.initCause(e);
      throw untrainable;
    }
  }

  private int[] answer(Passage before, int[] prompt, Passage answer) throws UntrainableException {
    int[] ids =
        before instanceof Passage.Chat(var asked)
                && answer instanceof Passage.Chat(var said)
                && said.size() > 1
            ? turns(asked, prompt, said)
            : format.answer(text(answer));
    return ids.length <= maxTokens / 2 ? ids : Arrays.copyOf(ids, maxTokens / 2);
  }

  /** What the template writes behind the prompt, up to where the last of the turns ends. */
  private int[] turns(List<Message> asked, int[] prompt, List<Message> said)
      throws UntrainableException {
    int[] all = rendered(Stream.concat(asked.stream(), said.stream()).toList());
    int end = all.length;
    while (end > prompt.length && Arrays.binarySearch(format.endOfTurn(), all[end - 1]) < 0) {
      end--;
    }
    if (end <= prompt.length || Arrays.mismatch(prompt, all) != prompt.length) {
      throw new UntrainableException("refused-by-template");
    }
    return Arrays.copyOfRange(all, prompt.length, end);
  }

  private static String text(Passage answer) {
    return switch (answer) {
      case Passage.Text(var raw) -> raw;
      case Passage.Chat(var messages) -> messages.getFirst().content();
    };
  }
}
