package dev.hone.alignment;

import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.MessagesRefusedException;
import dev.hone.preference.Example;
import dev.hone.preference.Passage;
import java.util.Arrays;
import java.util.List;

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
   * @throws UntrainableException for {@code empty-answer}, {@code same-answer}, {@code
   *     several-turns} (an answer of more than one message) and {@code refused-by-template}
   */
  public TokenPair of(Example.Pair pair) throws UntrainableException {
    int[] prompt = prompt(pair.prompt());
    int[] chosen = answer(pair.chosen());
    int[] rejected = answer(pair.rejected());
    if (Arrays.equals(chosen, rejected)) {
      throw new UntrainableException("same-answer");
    }
    int room = maxTokens - Math.max(chosen.length, rejected.length);
    int[] kept = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - room), prompt.length);
    return TokenPair.of(kept, chosen, rejected);
  }

  private int[] prompt(Passage passage) throws UntrainableException {
    try {
      return format.prompt(
          switch (passage) {
            case Passage.Text(var text) -> List.of(new Message("user", text));
            case Passage.Chat(var messages) -> messages;
          });
    } catch (MessagesRefusedException e) {
      var untrainable = new UntrainableException("refused-by-template");
      untrainable.initCause(e);
      throw untrainable;
    }
  }

  private int[] answer(Passage passage) throws UntrainableException {
    String text =
        switch (passage) {
          case Passage.Text(var raw) -> raw;
          case Passage.Chat(var messages) when messages.size() == 1 ->
              messages.getFirst().content();
          case Passage.Chat _ -> throw new UntrainableException("several-turns");
        };
    if (text.isBlank()) {
      throw new UntrainableException("empty-answer");
    }
    int[] ids = format.answer(text);
    return ids.length <= maxTokens / 2 ? ids : Arrays.copyOf(ids, maxTokens / 2);
  }
}
