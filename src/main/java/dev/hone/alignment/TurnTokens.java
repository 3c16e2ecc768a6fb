package dev.hone.alignment;

import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.MessagesRefusedException;
import dev.hone.model.jinja.TemplateException;
import dev.hone.preference.Passage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Conversations to learn from as a model's chat template writes them. */
public record TurnTokens(ChatFormat format) {
  static final String REFUSED = "refused-by-template";

  /**
   * Up to where the assistant's next answer begins.
   *
   * @throws UntrainableException for {@code refused-by-template}
   */
  int[] prompt(List<Message> messages) throws UntrainableException {
    try {
      return format.prompt(messages);
    } catch (MessagesRefusedException | TemplateException e) {
      var untrainable = new UntrainableException(REFUSED);
      untrainable.initCause(e);
      throw untrainable;
    }
  }

  /**
   * The same, where it is to be asked: one that is cut would ask something else.
   *
   * @param most tokens
   * @throws UntrainableException for {@code prompt-too-long} and {@code refused-by-template}
   */
  public int[] wholePrompt(List<Message> messages, int most) throws UntrainableException {
    int[] prompt = prompt(messages);
    if (prompt.length > most) {
      throw new UntrainableException("prompt-too-long");
    }
    return prompt;
  }

  /**
   * Up to where the last of the turns ends.
   *
   * @throws UntrainableException for {@code refused-by-template}
   */
  int[] ended(List<Message> messages) throws UntrainableException {
    int[] all = prompt(messages);
    int end = all.length;
    while (end > 0 && Arrays.binarySearch(format.endOfTurn(), all[end - 1]) < 0) {
      end--;
    }
    return Arrays.copyOf(all, end);
  }

  /** As it would be sampled, with the end of its turn. */
  int[] answer(Message said) {
    return format.answer(said.content());
  }

  static List<Message> joined(Passage before, Passage answer) {
    return Stream.concat(asked(before).stream(), said(answer).stream()).toList();
  }

  /** Raw text counts as one user's turn. */
  static List<Message> asked(Passage prompt) {
    return prompt.asChat("user").messages();
  }

  /** Raw text counts as one assistant's turn. */
  static List<Message> said(Passage answer) {
    return answer.asChat("assistant").messages();
  }

  /**
   * The one message of an answer that can be judged.
   *
   * @throws UntrainableException for {@code several-turns} and {@code empty-answer}
   */
  static Message one(Passage answer) throws UntrainableException {
    var said = said(answer);
    if (said.size() > 1) {
      throw new UntrainableException("several-turns");
    }
    if (said.getFirst().content().isBlank()) {
      throw new UntrainableException("empty-answer");
    }
    return said.getFirst();
  }
}
