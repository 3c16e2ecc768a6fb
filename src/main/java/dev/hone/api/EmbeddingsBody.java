package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.chat.PlainText;
import dev.hone.inference.SentenceEmbeddings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A request to {@code /v1/embeddings}, checked field by field.
 *
 * @param base64 whether vectors are wanted as base64 of 32-bit floats, little-endian
 */
record EmbeddingsBody(String model, Input input, boolean base64) {
  static final Set<String> FIELDS =
      Set.of("model", "input", "encoding_format", "dimensions", "user");

  static final String INPUT = "input";

  /** OpenAI's. */
  private static final int MAX_TEXTS = 2_048;

  /** About OpenAI's 8,192 tokens, and together what one core does in some seconds. */
  private static final int MAX_CHARACTERS = 32_768;

  private static final int MAX_CHARACTERS_TOGETHER = 1_000_000;

  /** Who makes the vectors decides what may come in. */
  sealed interface Input {
    /** For the sentence model, whose tokens are nobody else's. */
    record Sentences(List<String> texts) implements Input {}

    /** For the chat model or one of its versions. */
    record Prompts(List<TextPrompt> texts) implements Input {}
  }

  static EmbeddingsBody parse(byte[] json) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(FIELDS);
    fields.text("user").ifPresent(Names::user);
    String model = fields.requiredText("model");
    return new EmbeddingsBody(model, input(fields, model), base64(fields));
  }

  private static Input input(Fields fields, String model) {
    var dimensions = fields.whole("dimensions");
    if (!model.equals(SentenceEmbeddings.MODEL)) {
      if (dimensions.isPresent()) {
        throw InvalidRequestException.wrong(
            "dimensions", "must be absent: a chat model's vectors have one length");
      }
      return new Input.Prompts(prompts(fields.required(INPUT)));
    }
    if (dimensions.isPresent() && dimensions.getAsLong() != SentenceEmbeddings.DIMENSIONS) {
      throw InvalidRequestException.wrong(
          "dimensions", "can only be " + SentenceEmbeddings.DIMENSIONS);
    }
    return new Input.Sentences(texts(fields.required(INPUT)));
  }

  private static boolean base64(Fields fields) {
    String format = fields.text("encoding_format").orElse("float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw InvalidRequestException.wrong("encoding_format", "must be one of float, base64");
    }
    return format.equals("base64");
  }

  private static List<TextPrompt> prompts(JsonNode node) {
    var prompts = TextPrompt.parse(node, INPUT);
    if (prompts.size() > MAX_TEXTS) {
      throw wrongCount();
    }
    return prompts;
  }

  private static InvalidRequestException wrongCount() {
    return InvalidRequestException.wrong(INPUT, "must have 1 to " + MAX_TEXTS + " texts");
  }

  private static List<String> texts(JsonNode node) {
    if (node.isTextual()) {
      return List.of(text(node, INPUT));
    }
    if (!node.isArray()) {
      throw InvalidRequestException.wrongType(INPUT, "a string or an array of strings");
    }
    if (node.isEmpty() || node.size() > MAX_TEXTS) {
      throw wrongCount();
    }
    var texts = new ArrayList<String>();
    int characters = 0;
    for (int i = 0; i < node.size(); i++) {
      texts.add(text(node.get(i), INPUT + "[" + i + "]"));
      characters += texts.getLast().length();
    }
    if (characters > MAX_CHARACTERS_TOGETHER) {
      throw InvalidRequestException.wrong(
          INPUT, "has more than " + MAX_CHARACTERS_TOGETHER + " characters");
    }
    return texts;
  }

  private static String text(JsonNode node, String field) {
    if (node.isNumber() || node.isArray()) {
      throw InvalidRequestException.wrongType(
          field, "a string: this model's tokens are not those of the chat model");
    }
    if (!node.isTextual()) {
      throw InvalidRequestException.wrongType(field, "a string");
    }
    String text = PlainText.storable(node.textValue());
    if (text.isBlank()) {
      throw InvalidRequestException.wrong(field, "must not be blank");
    }
    if (text.length() > MAX_CHARACTERS) {
      throw InvalidRequestException.wrong(field, "has more than " + MAX_CHARACTERS + " characters");
    }
    return text;
  }
}
