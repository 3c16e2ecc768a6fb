package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The control tokens that a tokenizer puts around a text that stands alone, as the {@code
 * post_processor} of {@code tokenizer.json} says; in a chat the template writes them.
 */
record TextFrame(int[] before, int[] after) {
  /** Of a tokenizer that puts nothing there. */
  static final TextFrame NONE = new TextFrame(new int[0], new int[0]);

  static TextFrame of(JsonNode postProcessor) {
    return switch (postProcessor.path("type").asText()) {
      case "TemplateProcessing" -> template(postProcessor);
      case "Sequence" -> {
        for (JsonNode step : postProcessor.path("processors")) {
          TextFrame frame = of(step);
          if (frame.before.length + frame.after.length > 0) {
            yield frame;
          }
        }
        yield NONE;
      }
      default -> NONE; // the others only move the places of tokens in the text
    };
  }

  private static TextFrame template(JsonNode processor) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    List<Integer> side = before;
    for (JsonNode piece : processor.path("single")) {
      if (piece.has("Sequence")) {
        side = after;
        continue;
      }
      String token = piece.path("SpecialToken").path("id").asText();
      for (JsonNode id : processor.path("special_tokens").path(token).path("ids")) {
        side.add(id.intValue());
      }
    }
    return new TextFrame(ids(before), ids(after));
  }

  private static int[] ids(List<Integer> list) {
    return list.stream().mapToInt(id -> id).toArray();
  }

  int[] around(int[] text) {
    return Stream.of(before, text, after).flatMapToInt(IntStream::of).toArray();
  }
}
