package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.Message;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What clients ask a server for.
 *
 * @param model by the server's name for it
 * @param clients at the same time, one level after the other
 * @param requests of each; 0 for as many as a percentile needs
 * @param seconds that a level lasts at least
 * @param promptTokens of every prompt, about
 * @param answerTokens of every answer
 * @param seed of the prompts
 */
record ClientSettings(
    String model,
    List<Integer> clients,
    int requests,
    int seconds,
    int promptTokens,
    int answerTokens,
    long seed) {
  /** A chat completion; {@code min_tokens} is for servers that do not know {@code ignore_eos}. */
  ObjectNode body(List<Message> messages, int tokens) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("model", model);
    var list = body.putArray("messages");
    messages.forEach(it -> list.addObject().put("role", it.role()).put("content", it.content()));
    return body.put("max_tokens", tokens)
        .put("min_tokens", tokens)
        .put("ignore_eos", true)
        .put("temperature", 0)
        .put("store", false);
  }

  /** The same, piece by piece, with its usage at the end. */
  JsonNode streamedBody(List<Message> messages) {
    ObjectNode body = body(messages, answerTokens);
    body.put("stream", true).putObject("stream_options").put("include_usage", true);
    return body;
  }

  /** As {@link BenchClients} takes them. */
  List<String> arguments() {
    return Stream.of(
            "--model=" + model,
            "--clients=" + clients.stream().map(String::valueOf).collect(Collectors.joining(",")),
            "--requests=" + requests,
            "--seconds=" + seconds,
            "--prompt-tokens=" + promptTokens,
            "--answer-tokens=" + answerTokens,
            "--seed=" + seed)
        .toList();
  }
}
