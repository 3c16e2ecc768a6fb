package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    String id = "";
    String model = "";
    String finishReason = "";
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (!line.startsWith(DATA)) {
          continue;
        }
        String data = line.substring(DATA.length()).strip();
        if (data.equals(DONE)) {
          return new Answer(id, model, text.toString(), finishReason);
        }
        JsonNode chunk = JSON.readTree(data);
        if (chunk.has("error")) {
          JsonNode error = chunk.path("error");
          throw new ServerException(
              error.path("code").asText("failed"), error.path("message").asText());
        }
        id = chunk.path("id").asText(id);
        model = chunk.path("model").asText(model);
        JsonNode choice = chunk.path("choices").path(0);
        finishReason = choice.path("finish_reason").asText(finishReason);
        String piece = choice.path("delta").path("content").asText("");
        text.append(piece);
        pieces.accept(piece);
      }
    }
    throw new ServerException("the answer broke off: the server ended the connection");
  }
}
