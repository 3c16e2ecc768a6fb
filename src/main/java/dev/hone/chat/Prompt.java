package dev.hone.chat;

import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.ServedModel;
import dev.hone.model.Message;
import java.util.List;

/**
 * What a model is sent.
 *
 * @param messages what the tokens were made from
 * @param tokens rendered by the model's own chat template, [promptLength], shorter than its window
 */
public record Prompt(ServedModel model, List<Message> messages, int[] tokens) {
  /**
   * @throws ContextLengthExceededException when no room is left for even one token of an answer
   */
  public static Prompt of(ServedModel model, List<Message> messages) {
    int[] tokens = model.format().prompt(messages);
    if (tokens.length >= model.contextWindow()) {
      throw new ContextLengthExceededException(tokens.length, model.contextWindow());
    }
    return new Prompt(model, List.copyOf(messages), tokens);
  }
}
