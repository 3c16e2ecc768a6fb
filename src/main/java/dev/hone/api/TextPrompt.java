package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Text as it comes in, outside any chat: what a completion goes on with, or what is embedded. */
sealed interface TextPrompt {
  /** Where in the request it stands. */
  String field();

  /** Control tokens spelled in the text are control tokens. */
  record Text(String field, String text) implements TextPrompt {}

  record Ids(String field, int[] ids) implements TextPrompt {}

  /**
   * A string, an array of token ids, or an array of either.
   *
   * @param whole the field that it all stands in
   */
  static List<TextPrompt> parse(JsonNode node, String whole) {
    if (node.isTextual()) {
      return List.of(new Text(whole, node.textValue()));
    }
    if (!node.isArray()) {
      throw InvalidRequestException.wrongType(whole, "a string or an array");
    }
    if (node.isEmpty()) {
      throw InvalidRequestException.wrong(whole, "must not be empty");
    }
    if (node.get(0).isNumber()) {
      return List.of(new Ids(whole, TokenIds.parse(node, whole)));
    }
    var prompts = new ArrayList<TextPrompt>();
    for (int i = 0; i < node.size(); i++) {
      String field = whole + "[" + i + "]";
      JsonNode one = node.get(i);
      if (!one.isTextual() && !one.isArray()) {
        throw InvalidRequestException.wrongType(field, "a string or an array of token ids");
      }
      prompts.add(
          one.isTextual()
              ? new Text(field, one.textValue())
              : new Ids(field, TokenIds.parse(one, field)));
    }
    return List.copyOf(prompts);
  }

  /**
   * @return token ids, at least one
   */
  default int[] tokens(Tokenizer tokenizer) {
    int[] tokens =
        switch (this) {
          case Text(_, var text) -> tokenizer.encodeAlone(text);
          case Ids(var field, var ids) -> {
            TokenIds.check(ids, tokenizer.vocabularySize(), field);
            yield ids;
          }
        };
    if (tokens.length == 0) {
      throw InvalidRequestException.wrong(field(), "must not be empty");
    }
    return tokens;
  }

  default String text(Tokenizer tokenizer) {
    return switch (this) {
      case Text(_, var text) -> text;
      case Ids(_, var ids) -> tokenizer.spell(ids);
    };
  }
}
