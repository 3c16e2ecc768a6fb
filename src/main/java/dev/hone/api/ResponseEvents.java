package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import java.util.function.BiConsumer;

/** A response that is sent as it grows: OpenAI's events in their order, numbered. */
final class ResponseEvents {
  private final ResponseView view;
  private final EventStream events;
  private int sent;

  ResponseEvents(ResponseView view, EventStream events) {
    this.view = view;
    this.events = events;
  }

  /**
   * @param keep stores the text and its end, before the client hears of the end
   */
  void write(Answer answer, BiConsumer<String, AnswerEnd> keep) {
    response("response.created", view.inProgress());
    response("response.in_progress", view.inProgress());
    item("response.output_item.added", view.item());
    part("response.content_part.added", view.part(""));
    var text = new StringBuilder();
    AnswerEnd end;
    ObjectNode ended;
    try {
      end = answer.read(piece -> grow(text, piece));
      ended = view.ended(text.toString(), end);
      keep.accept(text.toString(), end);
    } catch (RuntimeException e) { // whatever the engine or the database failed with
      response("response.failed", view.failed(events.failure(e)));
      return;
    }
    finish(text.toString(), end, ended);
  }

  private void grow(StringBuilder text, String piece) {
    text.append(piece);
    send("response.output_text.delta", place().put("delta", piece).set("logprobs", none()));
  }

  private void finish(String text, AnswerEnd end, ObjectNode response) {
    send("response.output_text.done", place().put("text", text).set("logprobs", none()));
    part("response.content_part.done", view.part(text));
    item("response.output_item.done", view.item(text, end));
    response("response." + response.path("status").asText(), response);
  }

  private void response(String type, ObjectNode response) {
    send(type, JsonNodeFactory.instance.objectNode().set("response", response));
  }

  private void item(String type, ObjectNode item) {
    send(type, JsonNodeFactory.instance.objectNode().put("output_index", 0).set("item", item));
  }

  private void part(String type, ObjectNode part) {
    send(type, place().set("part", part));
  }

  private ObjectNode place() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("item_id", view.message())
        .put("output_index", 0)
        .put("content_index", 0);
  }

  private static JsonNode none() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private void send(String type, ObjectNode content) {
    var event = JsonNodeFactory.instance.objectNode().put("type", type);
    event.put("sequence_number", sent++).setAll(content);
    events.named(type, event);
  }
}
