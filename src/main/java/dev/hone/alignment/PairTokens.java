package dev.hone.alignment;

import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.MessagesRefusedException;
import dev.hone.model.jinja.TemplateException;
import dev.hone.preference.Example;
import dev.hone.preference.Passage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Preferences as the model sees them when it serves: the prompt through the chat template up to
 * where the answer begins, the answer as it would be sampled, then the end of the turn. Raw text
 * counts as one user's and one assistant's turn.
 *
 * <p>What is too long is cut: answers behind, where they and the prompt's last half of the limit
 * (or all of it, if it is shorter) no longer fit, and then without an end of turn, since they do
 * not end there; the prompt in front, so that it and the longer answer fit.
 */
public final class PairTokens {
  private static final String REFUSED = "refused-by-template";

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
    var said = answer.asChat("assistant").messages();
    if (said.size() > 1) {
      throw new UntrainableException("several-turns");
    }
    if (said.getFirst().content().isBlank()) {
      throw new UntrainableException("empty-answer");
    }
  }

  /**
   * A pair to be judged: the answers may be empty, equal, and go on for several turns, of which
   * every token then counts up to the last end of turn. Conversations that do not part where the
   * assistant answers the prompt part where their tokens do.
   *
   * @throws UntrainableException for {@code refused-by-template}
   */
  public TokenPair asItIs(Example.Pair pair) throws UntrainableException {
    if (areAnswers(pair)) {
      int[] prompt = rendered(pair.prompt().asChat("user").messages());
      Optional<int[]> chosen = answer(pair.prompt(), prompt, pair.chosen());
      Optional<int[]> rejected = answer(pair.prompt(), prompt, pair.rejected());
      if (chosen.isPresent() && rejected.isPresent()) {
        return fitted(prompt, chosen.get(), rejected.get());
      }
    }
    return parted(turns(pair.prompt(), pair.chosen()), turns(pair.prompt(), pair.rejected()));
  }

  private static boolean areAnswers(Example.Pair pair) {
    return !pair.prompt().asChat("user").messages().isEmpty()
        && Stream.of(pair.chosen(), pair.rejected())
            .map(answer -> answer.asChat("assistant").messages().getFirst().role())
            .allMatch("assistant"::equals);
  }

  private int[] rendered(List<Message> messages) throws UntrainableException {
    try {
      return format.prompt(messages);
    } catch (MessagesRefusedException | TemplateException e) {
      var untrainable = new UntrainableException(REFUSED);
      untrainable.initCause(e);
      throw untrainable;
    }
  }

  /** Nothing where the template writes the prompt differently when more follows. */
  private Optional<int[]> answer(Passage before, int[] prompt, Passage answer)
      throws UntrainableException {
    var said = answer.asChat("assistant").messages();
    if (said.size() == 1) {
      return Optional.of(format.answer(said.getFirst().content()));
    }
    int[] all = turns(before, answer);
    return Arrays.mismatch(prompt, all) == prompt.length
        ? Optional.of(Arrays.copyOfRange(all, prompt.length, all.length))
        : Optional.empty();
  }

  /** What the template writes, up to where the last of the turns ends. */
  private int[] turns(Passage before, Passage answer) throws UntrainableException {
    var asked = before.asChat("user").messages();
    var said = answer.asChat("assistant").messages();
    int[] all = rendered(Stream.concat(asked.stream(), said.stream()).toList());
    int end = all.length;
    while (end > 0 && Arrays.binarySearch(format.endOfTurn(), all[end - 1]) < 0) {
      end--;
    }
    return Arrays.copyOf(all, end);
  }

  /** Where one is the beginning of the other, the last common token counts as the answers'. */
  private TokenPair parted(int[] chosen, int[] rejected) throws UntrainableException {
    int shorter = Math.min(chosen.length, rejected.length);
    int common = Arrays.mismatch(chosen, rejected);
    int at = common < 0 ? shorter - 1 : Math.min(common, shorter - 1);
    if (at < 1) {
      throw new UntrainableException(REFUSED);
    }
    return fitted(
        Arrays.copyOf(chosen, at),
        Arrays.copyOfRange(chosen, at, chosen.length),
        Arrays.copyOfRange(rejected, at, rejected.length));
  }

  private TokenPair fitted(int[] prompt, int[] chosen, int[] rejected) {
    int most = maxTokens - Math.min(prompt.length, maxTokens / 2);
    int[] better = Arrays.copyOf(chosen, Math.min(chosen.length, most));
    int[] worse = Arrays.copyOf(rejected, Math.min(rejected.length, most));
    int room = maxTokens - Math.max(better.length, worse.length);
    int[] kept = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - room), prompt.length);
    return TokenPair.of(kept, better, worse);
  }
}
