package dev.hone.alignment;

import dev.hone.model.ChatFormat;
import dev.hone.preference.Example;
import dev.hone.preference.Passage;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Preferences as the model sees them when it serves: the prompt through the chat template up to
 * where the answer begins, the answer as it would be sampled, then the end of the turn. Raw text
 * counts as one user's and one assistant's turn. What is too long is cut as {@link Fitted} says.
 */
public final class PairTokens {
  private final TurnTokens turns;
  private final int maxTokens;
  private final Truncation cut;

  /**
   * @param maxTokens of a prompt and one answer together, at least 4
   */
  public PairTokens(ChatFormat format, int maxTokens) {
    this(format, maxTokens, new Truncation());
  }

  /**
   * @param cut is told what is cut
   */
  public PairTokens(ChatFormat format, int maxTokens, Truncation cut) {
    if (maxTokens < 4) {
      throw new IllegalArgumentException("maxTokens must be at least 4, was " + maxTokens);
    }
    this.turns = new TurnTokens(format);
    this.maxTokens = maxTokens;
    this.cut = cut;
  }

  /**
   * A pair to learn from.
   *
   * @throws UntrainableException for {@code empty-answer}, {@code same-answer}, {@code
   *     same-answer-when-cut}, {@code several-turns} (an answer of more than one message) and
   *     {@code refused-by-template}
   */
  public TokenPair of(Example.Pair pair) throws UntrainableException {
    var better = TurnTokens.one(pair.chosen());
    var worse = TurnTokens.one(pair.rejected());
    int[] chosen = turns.answer(better);
    int[] rejected = turns.answer(worse);
    int[] prompt = turns.prompt(TurnTokens.asked(pair.prompt()));
    var fitted = Fitted.of(maxTokens, prompt, chosen, rejected);
    if (Arrays.equals(fitted.answers().getFirst(), fitted.answers().getLast())) {
      throw new UntrainableException(
          Arrays.equals(chosen, rejected) ? "same-answer" : "same-answer-when-cut");
    }
    return counted(Digest.ofIds(prompt), fitted);
  }

  /**
   * A pair to be judged: the answers may be empty, equal, and go on for several turns, of which
   * every token then counts up to the last end of turn. Conversations that do not part where the
   * assistant answers the prompt part where their tokens do.
   *
   * @throws UntrainableException for {@code refused-by-template}
   */
  public WholePair asItIs(Example.Pair pair) throws UntrainableException {
    if (areAnswers(pair)) {
      int[] prompt = turns.prompt(TurnTokens.asked(pair.prompt()));
      Optional<int[]> chosen = answer(pair.prompt(), prompt, pair.chosen());
      Optional<int[]> rejected = answer(pair.prompt(), prompt, pair.rejected());
      if (chosen.isPresent() && rejected.isPresent()) {
        return whole(pair, prompt, chosen.get(), rejected.get());
      }
    }
    return parted(
        pair,
        turns.ended(TurnTokens.joined(pair.prompt(), pair.chosen())),
        turns.ended(TurnTokens.joined(pair.prompt(), pair.rejected())));
  }

  private static boolean areAnswers(Example.Pair pair) {
    return !TurnTokens.asked(pair.prompt()).isEmpty()
        && Stream.of(pair.chosen(), pair.rejected())
            .map(answer -> TurnTokens.said(answer).getFirst().role())
            .allMatch("assistant"::equals);
  }

  /** Nothing where the template writes the prompt differently when more follows. */
  private Optional<int[]> answer(Passage before, int[] prompt, Passage answer)
      throws UntrainableException {
    var said = TurnTokens.said(answer);
    if (said.size() == 1) {
      return Optional.of(turns.answer(said.getFirst()));
    }
    int[] all = turns.ended(TurnTokens.joined(before, answer));
    return Arrays.mismatch(prompt, all) == prompt.length
        ? Optional.of(Arrays.copyOfRange(all, prompt.length, all.length))
        : Optional.empty();
  }

  /** Where one is the beginning of the other, the last common token counts as the answers'. */
  private WholePair parted(Example.Pair pair, int[] chosen, int[] rejected)
      throws UntrainableException {
    int shorter = Math.min(chosen.length, rejected.length);
    int common = Arrays.mismatch(chosen, rejected);
    int at = common < 0 ? shorter - 1 : Math.min(common, shorter - 1);
    if (at < 1) {
      throw new UntrainableException(TurnTokens.REFUSED);
    }
    return whole(
        pair,
        Arrays.copyOf(chosen, at),
        Arrays.copyOfRange(chosen, at, chosen.length),
        Arrays.copyOfRange(rejected, at, rejected.length));
  }

  private WholePair whole(Example.Pair pair, int[] prompt, int[] chosen, int[] rejected) {
    boolean asked =
        TurnTokens.asked(pair.prompt()).stream().anyMatch(turn -> !turn.content().isBlank());
    String key = asked ? Digest.ofIds(prompt) : Digest.ofIds(prompt, chosen, rejected);
    var kept = counted(key, Fitted.of(maxTokens, prompt, chosen, rejected));
    return new WholePair(kept, chosen.length, rejected.length);
  }

  private TokenPair counted(String promptKey, Fitted fitted) {
    cut.note(fitted);
    return TokenPair.of(
        promptKey, fitted.prompt(), fitted.answers().getFirst(), fitted.answers().getLast());
  }
}
