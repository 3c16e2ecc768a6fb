package dev.hone.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.ServedModel;
import dev.hone.model.Message;
import dev.hone.model.ToolMessage;
import dev.hone.model.ToolPrompt;
import java.util.List;

/**
 * What a model is sent.
 *
 * @param messages what the tokens were made from; none for a text outside any chat
 * @param tokens rendered by the model's own chat template, or the text's, [promptLength], shorter
 *     than the model's window
 */
public record Prompt(ServedModel model, List<Message> messages, int[] tokens) {
  /**
   * @throws ContextLengthExceededException when no room is left for even one token of an answer
   */
  public static Prompt of(ServedModel model, List<Message> messages) {
    return fitting(model, List.copyOf(messages), model.format().prompt(messages));
  }

  /**
   * The same with functions that may be called. Where the template has a place for them they are
   * rendered there; what is kept of the messages is plain text in either case.
   *
   * @param tools as OpenAI has them
   */
  public static Prompt of(ServedModel model, List<ToolMessage> messages, List<JsonNode> tools) {
    List<Message> plain = ToolPrompt.folded(messages, tools);
    boolean rendered = model.format().toolSyntax().isPresent();
    return fitting(
        model,
        plain,
        rendered ? model.format().prompt(messages, tools) : model.format().prompt(plain));
  }

  /**
   * A text that the model is to go on with, outside any chat.
   *
   * @throws ContextLengthExceededException as above
   */
  public static Prompt ofText(ServedModel model, int[] tokens) {
    return fitting(model, List.of(), tokens);
  }

  private static Prompt fitting(ServedModel model, List<Message> messages, int[] tokens) {
    if (tokens.length >= model.contextWindow()) {
      throw new ContextLengthExceededException(tokens.length, model.contextWindow());
    }
    return new Prompt(model, messages, tokens);
  }
}
