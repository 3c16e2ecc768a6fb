package dev.hone.alignment;

import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.preference.Example;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Answers to learn from, judged alone or shown as they should be, under the rules of {@link
 * PairTokens}. Of a demonstration of several turns the assistant's are learnt, each with its end.
 */
public final class AnswerTokens {
  private static final String RUN_TOGETHER = "turns-run-together";

  private final TurnTokens turns;
  private final int maxTokens;
  private final Truncation cut;

  /**
   * @param maxTokens of a prompt and an answer together, at least 4
   * @param cut is told what is cut
   */
  public AnswerTokens(ChatFormat format, int maxTokens, Truncation cut) {
    if (maxTokens < 4) {
      throw new IllegalArgumentException("maxTokens must be at least 4, was " + maxTokens);
    }
    this.turns = new TurnTokens(format);
    this.maxTokens = maxTokens;
    this.cut = cut;
  }

  /**
   * A judgement.
   *
   * @throws UntrainableException for {@code empty-answer}, {@code several-turns} (an answer of more
   *     than one message) and {@code refused-by-template}
   */
  public TokenAnswer of(Example.Unpaired judged) throws UntrainableException {
    var said = TurnTokens.one(judged.completion());
    return whole(TurnTokens.asked(judged.prompt()), said, judged.label());
  }

  /**
   * A demonstration. What follows the assistant's last turn is left out.
   *
   * @throws UntrainableException for {@code empty-answer} (nothing of it is the assistant's),
   *     {@code turns-run-together} (the template writes a turn differently when more follows, or
   *     does not end it), {@code too-long} (nothing of the assistant's is left of it) and {@code
   *     refused-by-template}
   */
  public TokenAnswer of(Example.Demonstration shown) throws UntrainableException {
    var asked = TurnTokens.asked(shown.prompt());
    var said = upToLastAnswer(TurnTokens.said(shown.completion()));
    if (said.isEmpty()) {
      throw new UntrainableException("empty-answer");
    }
    return said.size() == 1
        ? whole(asked, said.getFirst(), /* good= */ true)
        : severalTurns(Stream.concat(asked.stream(), said.stream()).toList(), asked.size());
  }

  private static List<Message> upToLastAnswer(List<Message> said) {
    int end = said.size();
    while (end > 0 && !answers(said.get(end - 1))) {
      end--;
    }
    return said.subList(0, end);
  }

  private static boolean answers(Message message) {
    return message.role().equals("assistant") && !message.content().isBlank();
  }

  private TokenAnswer whole(List<Message> asked, Message said, boolean good)
      throws UntrainableException {
    var fitted = Fitted.of(maxTokens, turns.prompt(asked), turns.answer(said));
    cut.note(fitted);
    return TokenAnswer.of(fitted.prompt(), fitted.answers().getFirst(), good);
  }

  /**
   * @param asked how many of the messages are the prompt
   */
  private TokenAnswer severalTurns(List<Message> messages, int asked) throws UntrainableException {
    int[] all = turns.ended(messages);
    int[] prompt = turns.prompt(messages.subList(0, asked));
    int behind = lengthWithin(all, prompt);
    boolean[] learnt = new boolean[all.length - behind];
    for (int i = asked; i < messages.size(); i++) {
      if (answers(messages.get(i))) {
        int from = lengthWithin(all, turns.prompt(messages.subList(0, i)));
        int to = lengthWithin(all, turns.ended(messages.subList(0, i + 1)));
        if (to <= from) {
          throw new UntrainableException(RUN_TOGETHER);
        }
        Arrays.fill(learnt, from - behind, to - behind, true);
      }
    }
    int[] answer = Arrays.copyOfRange(all, behind, all.length);
    var fitted = Fitted.of(maxTokens, prompt, answer);
    int end = fitted.answers().getFirst().length;
    // What the user says last, after a cut, would only be computed, and take the prompt's room.
    while (end > 0 && !learnt[end - 1]) {
      end--;
    }
    if (end == 0) {
      throw new UntrainableException("too-long");
    }
    var kept = Fitted.of(maxTokens, prompt, Arrays.copyOf(answer, end));
    cut.note(new Fitted(kept.prompt(), kept.answers(), kept.promptCut(), fitted.answersCut()));
    return TokenAnswer.of(
        kept.prompt(), kept.answers().getFirst(), /* good= */ true, Arrays.copyOf(learnt, end));
  }

  /** Of tokens that the others begin with. */
  private static int lengthWithin(int[] all, int[] beginning) throws UntrainableException {
    int mismatch = Arrays.mismatch(all, beginning);
    if (mismatch >= 0 && mismatch < beginning.length) {
      throw new UntrainableException(RUN_TOGETHER);
    }
    return beginning.length;
  }
}
