package dev.hone.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.chat.AnswerEnd;
import dev.hone.inference.SamplingParams;

/** OpenAI's {@code response} in the states that it goes through, and what it is made of. */
final class ResponseView {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String id;
  private final String message;
  private final ObjectNode request;

  /**
   * @param id of the response
   * @param message id of its one item
   * @param request what of the request the response repeats
   */
  private ResponseView(String id, String message, ObjectNode request) {
    this.id = id;
    this.message = message;
    this.request = request;
  }

  static ResponseView of(
      CompletionHead head, String message, ResponsesBody body, SamplingParams sampling) {
    var request = JSON.objectNode();
    request.put("created_at", head.created()).put("model", head.model());
    request.put("background", false);
    request.put("instructions", body.instructions().orElse(null));
    request.put(
        "max_output_tokens",
        body.maxOutputTokens().isPresent() ? body.maxOutputTokens().getAsInt() : null);
    request.putNull("max_tool_calls");
    var metadata = request.putObject("metadata");
    body.metadata().forEach(metadata::put);
    request.put("parallel_tool_calls", true);
    request.put("previous_response_id", body.previous().orElse(null));
    request.putObject("reasoning").putNull("effort").putNull("summary");
    request.put(ServiceTier.FIELD, body.tier().orElse(ServiceTier.DEFAULT).label());
    request.put("store", body.store());
    request.put("temperature", sampling.temperature());
    request.putObject("text").putObject("format").put("type", "text");
    request.put("tool_choice", "auto").putArray("tools");
    request.put("top_logprobs", 0).put("top_p", sampling.topP());
    request.put("truncation", "disabled");
    request.put("user", body.user().orElse(null));
    return new ResponseView(head.id(), message, request);
  }

  String id() {
    return id;
  }

  String message() {
    return message;
  }

  ObjectNode inProgress() {
    return state("in_progress");
  }

  /**
   * @throws AnswerStoppedException if it did not come to an end of its own
   */
  ObjectNode ended(String text, AnswerEnd end) {
    boolean whole = whole(end);
    ObjectNode response = state(whole ? "completed" : "incomplete");
    if (!whole) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    response.putArray("output").add(item(text, end));
    response.set("usage", usage(end));
    return response;
  }

  ObjectNode failed(Failure failure) {
    ObjectNode response = state("failed");
    response
        .putObject("error")
        .put("code", failure.status() == 429 ? "rate_limit_exceeded" : "server_error")
        .put("message", failure.message());
    return response;
  }

  /** The answer before its first token. */
  ObjectNode item() {
    return item("in_progress");
  }

  ObjectNode item(String text, AnswerEnd end) {
    ObjectNode item = item(whole(end) ? "completed" : "incomplete");
    item.withArray("content").add(part(text));
    return item;
  }

  ObjectNode part(String text) {
    var part = JSON.objectNode().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }

  private static boolean whole(AnswerEnd end) {
    return switch (end.reason()) {
      case STOP -> true;
      case LENGTH -> false;
      case CANCELLED -> throw new AnswerStoppedException();
    };
  }

  private ObjectNode item(String status) {
    var item = JSON.objectNode().put("id", message).put("type", "message");
    item.put("status", status).put("role", "assistant").putArray("content");
    return item;
  }

  private ObjectNode state(String status) {
    var response = JSON.objectNode().put("id", id).put("object", "response");
    response.put("status", status).putNull("error").putNull("incomplete_details");
    response.setAll(request.deepCopy());
    response.putArray("output");
    response.putNull("usage");
    return response;
  }

  private static ObjectNode usage(AnswerEnd end) {
    var usage = JSON.objectNode().put("input_tokens", end.promptTokens());
    usage.putObject("input_tokens_details").put("cached_tokens", end.cachedTokens());
    usage.put("output_tokens", end.completionTokens());
    usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    return usage.put("total_tokens", end.promptTokens() + end.completionTokens());
  }
}
