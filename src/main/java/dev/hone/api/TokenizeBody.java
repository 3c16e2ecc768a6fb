package dev.hone.api;

import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request to {@code /v1/tokenize}: a text, or a conversation.
 *
 * @param strings whether each token is wanted as text too
 */
record TokenizeBody(Optional<String> model, Subject subject, boolean strings) {
  static final Set<String> FIELDS =
      Set.of(
          "model",
          "prompt",
          "messages",
          "add_special_tokens",
          "add_generation_prompt",
          "return_token_strs");

  sealed interface Subject {
    /**
     * @param framed whether the model's control tokens are put around it
     */
    record Text(String text, boolean framed) implements Subject {}

    /**
     * @param opensAnswer whether the opening of the assistant's next answer follows
     */
    record Chat(List<Message> messages, boolean opensAnswer) implements Subject {}
  }

  static TokenizeBody parse(byte[] json) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(FIELDS);
    return new TokenizeBody(
        fields.text("model"), subject(fields), fields.flag("return_token_strs", false));
  }

  private static Subject subject(Fields fields) {
    if (fields.any("messages").isEmpty()) {
      if (fields.any("add_generation_prompt").isPresent()) {
        throw InvalidRequestException.wrong("add_generation_prompt", "is for messages only");
      }
      return new Subject.Text(
          fields.requiredText("prompt"), fields.flag("add_special_tokens", true));
    }
    if (fields.any("prompt").isPresent()) {
      throw InvalidRequestException.wrong("prompt", "must be absent where there are messages");
    }
    if (fields.flag("add_special_tokens", false)) {
      throw InvalidRequestException.wrong(
          "add_special_tokens", "is for a prompt: the chat template writes them itself");
    }
    return new Subject.Chat(
        MessageList.parse(fields.required("messages")), fields.flag("add_generation_prompt", true));
  }

  int[] tokens(ChatFormat format) {
    return switch (subject) {
      case Subject.Text(var text, var framed) ->
          framed ? format.tokenizer().encodeAlone(text) : format.tokenizer().encode(text);
      case Subject.Chat(var messages, var opensAnswer) -> format.tokens(messages, opensAnswer);
    };
  }
}
