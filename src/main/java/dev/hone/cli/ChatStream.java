package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads a streamed chat completion: server-sent events, each a chunk, {@code [DONE]} at the end.
 */
final class ChatStream {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data:";
  private static final String DONE = "[DONE]";

  private ChatStream() {}

  record Answer(String id, String model, String text, String finishReason) {}

  /**
   * @param pieces gets each piece of the answer as it comes
   * @throws ServerException if the server says so in the middle, or the stream ends before its end
   */
  static Answer read(InputStream stream, Consumer<String> pieces) throws IOException {
    var text = new StringBuilder();
    var last = JSON.createObjectNode();
    chunks(
        stream,
        chunk -> {
          JsonNode choice = chunk.path("choices").path(0);
          String piece = choice.path("delta").path("content").asText("");
          text.append(piece);
          pieces.accept(piece);
          keep(last, "id", chunk.path("id"));
          keep(last, "model", chunk.path("model"));
          keep(last, "finish_reason", choice.path("finish_reason"));
        });
    return new Answer(
        last.path("id").asText(),
        last.path("model").asText(),
        text.toString(),
        last.path("finish_reason").asText());
  }

  private static void keep(ObjectNode last, String name, JsonNode value) {
    if (value.isTextual()) {
      last.set(name, value);
    }
  }

  /**
   * Every chunk as it comes.
   *
   * @throws ServerException if the server says so in the middle, or the stream ends before its end
   */
  static void chunks(InputStream stream, Consumer<JsonNode> each) throws IOException {
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (!line.startsWith(DATA)) {
          continue;
        }
        String data = line.substring(DATA.length()).strip();
        if (data.equals(DONE)) {
          return;
        }
        JsonNode chunk = JSON.readTree(data);
        if (chunk.has("error")) {
          JsonNode error = chunk.path("error");
          throw new ServerException(
              error.path("code").asText("failed"), error.path("message").asText());
        }
        each.accept(chunk);
      }
    }
    throw new ServerException("the answer broke off: the server ended the connection");
  }
}
