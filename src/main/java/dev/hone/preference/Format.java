package dev.hone.preference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How a line of a preference file is to be read. */
public enum Format {
  /** TRL's columns, told apart by their names. */
  TRL,
  /** Anthropic's pairs of Human/Assistant transcripts. */
  HH;

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Python writes such numbers, in columns that nobody reads here.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A line that is to be learnt from, which two equal answers cannot. */
  Example read(String line, Provenance provenance) {
    ObjectNode object = object(line);
    Example example =
        switch (this) {
          case TRL -> TrlFormat.read(object, provenance);
          case HH -> HhFormat.read(object, provenance);
        };
    if (example instanceof Example.Pair pair && pair.chosen().equals(pair.rejected())) {
      throw new BadLineException("'chosen' and 'rejected' are the same");
    }
    return example;
  }

  /** A pair that is to be judged: any two texts or conversations are one. */
  Example.Pair readAny(String line, Provenance provenance) {
    ObjectNode object = object(line);
    return switch (this) {
      case TRL -> AnyPair.read(object, provenance);
      case HH -> HhFormat.readAny(object, provenance);
    };
  }

  private static ObjectNode object(String line) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new BadLineException("not JSON: " + e.getOriginalMessage());
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new BadLineException(
        "not a JSON object%s"
            .formatted(node.isArray() ? ", but an array; one object a line is wanted" : ""));
  }
}
