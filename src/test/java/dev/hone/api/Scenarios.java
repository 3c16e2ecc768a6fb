package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.core.ObjectMappers;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** The scenarios that each of OpenAI's own clients is run with, by the Java one. */
final class Scenarios {
  static final Path FILE = Path.of("src/test/resources/openai/scenarios.json");

  private static final JsonMapper JSON = ObjectMappers.jsonMapper();

  private final OpenAIClient client;
  private final Map<String, String> kept = new HashMap<>();

  Scenarios(OpenAIClient client) {
    this.client = client;
  }

  static JsonNode all() {
    try {
      return JSON.readTree(FILE.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void run(JsonNode scenario) {
    if (scenario.has("raises")) {
      raises(scenario, scenario.path("raises"));
      return;
    }
    JsonNode result = call(scenario);
    for (JsonNode expected : scenario.path("expect")) {
      check(scenario.path("name").asText(), result, expected);
    }
    if (scenario.has("keep")) {
      kept.put("$" + scenario.path("keep").asText(), result.path("id").asText());
    }
  }

  private void raises(JsonNode scenario, JsonNode wanted) {
    var kind =
        wanted.path("status").asInt() == 404 ? NotFoundException.class : BadRequestException.class;
    assertThatThrownBy(() -> call(scenario))
        .as(scenario.path("name").asText())
        .isInstanceOf(kind)
        .isInstanceOfSatisfying(
            OpenAIServiceException.class,
            e -> {
              assertThat(e.code()).hasValue(wanted.path("code").asText());
              assertThat(e.param())
                  .isEqualTo(Optional.ofNullable(wanted.path("param").textValue()));
            });
  }

  private JsonNode call(JsonNode scenario) {
    ObjectNode params = JSON.createObjectNode();
    for (var param : scenario.path("params").properties()) {
      String earlier = kept.get(param.getValue().asText());
      params.set(param.getKey(), earlier == null ? param.getValue() : JSON.valueToTree(earlier));
    }
    boolean streams = params.path("stream").asBoolean();
    params.remove("stream"); // the client's own to say
    String given = scenario.path("id").asText();
    String id = kept.getOrDefault(given, given);
    boolean leave = scenario.path("leave").asBoolean();
    return switch (scenario.path("call").asText()) {
      case "chat" -> chat(params, streams, leave);
      case "completions" -> completion(params, streams, leave);
      case "embeddings" -> {
        var body = body(params, EmbeddingCreateParams.Body.class);
        var request = EmbeddingCreateParams.builder().body(body).build();
        yield JSON.valueToTree(client.embeddings().create(request).validate());
      }
      case "responses" -> response(params, streams, leave);
      case "responses.retrieve" -> JSON.valueToTree(client.responses().retrieve(id).validate());
      case "responses.delete" -> {
        client.responses().delete(id);
        yield JSON.createObjectNode();
      }
      case "models" ->
          JSON.createObjectNode().set("data", JSON.valueToTree(client.models().list().data()));
      case "models.retrieve" -> JSON.valueToTree(client.models().retrieve(id).validate());
      default -> throw new IllegalArgumentException(scenario.path("call").asText());
    };
  }

  private JsonNode chat(ObjectNode params, boolean streams, boolean leave) {
    var body = body(params, ChatCompletionCreateParams.Body.class);
    var request = ChatCompletionCreateParams.builder().body(body).build();
    if (!streams) {
      return JSON.valueToTree(client.chat().completions().create(request).validate());
    }
    try (var stream = client.chat().completions().createStreaming(request)) {
      return folded(stream, leave);
    }
  }

  private JsonNode completion(ObjectNode params, boolean streams, boolean leave) {
    var body = body(params, CompletionCreateParams.Body.class);
    var request = CompletionCreateParams.builder().body(body).build();
    if (!streams) {
      return JSON.valueToTree(client.completions().create(request).validate());
    }
    try (var stream = client.completions().createStreaming(request)) {
      return folded(stream, leave);
    }
  }

  private JsonNode response(ObjectNode params, boolean streams, boolean leave) {
    var body = body(params, ResponseCreateParams.Body.class);
    var request = ResponseCreateParams.builder().body(body).build();
    if (!streams) {
      return JSON.valueToTree(client.responses().create(request).validate());
    }
    try (var stream = client.responses().createStreaming(request)) {
      return folded(stream, leave);
    }
  }

  private static <T> T body(ObjectNode params, Class<T> type) {
    return JSON.convertValue(params, type);
  }

  /** What a stream adds up to: text, calls, finish, usage, tokens told of, types of events. */
  private static JsonNode folded(StreamResponse<?> stream, boolean leave) {
    var whole = JSON.createObjectNode().put("text", "").put("called", "").putNull("finish");
    whole.putArray("tokens");
    whole.putArray("types");
    for (Iterator<?> events = stream.stream().iterator(); events.hasNext(); ) {
      fold(whole, JSON.valueToTree(events.next()));
      if (leave && !whole.path("text").asText().isEmpty()) {
        break;
      }
    }
    return whole;
  }

  private static void fold(ObjectNode whole, JsonNode event) {
    if (event.has("type")) {
      whole.withArray("types").add(event.path("type"));
      whole.set("finish", event.path("type"));
      add(whole, event.path("delta"));
    }
    for (JsonNode choice : event.path("choices")) {
      add(whole, choice.path("delta").path("content"));
      add(whole, choice.path("text"));
      for (JsonNode call : choice.path("delta").path("tool_calls")) {
        String called =
            call.at("/function/name").asText() + call.at("/function/arguments").asText();
        whole.put("called", whole.path("called").asText() + called);
      }
      if (choice.path("finish_reason").isTextual()) {
        whole.set("finish", choice.path("finish_reason"));
      }
      choice.path("logprobs").path("content").forEach(whole.withArray("tokens")::add);
    }
    if (event.path("usage").isObject()) {
      whole.set("usage", event.path("usage"));
    }
  }

  private static void add(ObjectNode whole, JsonNode text) {
    if (text.isTextual()) {
      whole.put("text", whole.path("text").asText() + text.textValue());
    }
  }

  private static void check(String name, JsonNode result, JsonNode expected) {
    JsonNode value = at(result, expected.path("at").asText());
    for (var condition : expected.properties()) {
      JsonNode wanted = condition.getValue();
      String what = name + ": " + expected + ", was " + value;
      switch (condition.getKey()) {
        case "at" -> {}
        case "is" -> assertThat(value.asText()).as(what).isEqualTo(wanted.asText());
        case "one_of" -> assertThat(wanted).as(what).contains(value);
        case "size" -> assertThat(value.size()).as(what).isEqualTo(wanted.asInt());
        case "not_empty" -> assertThat(value.asText() + value.size()).as(what).isNotEqualTo("0");
        case "lacks" -> assertThat(value.textValue()).as(what).doesNotContain(wanted.asText());
        case "sum" -> {
          int sum = 0;
          for (JsonNode path : wanted) {
            sum += at(result, path.asText()).asInt();
          }
          assertThat(value.asInt()).as(what).isEqualTo(sum);
        }
        default -> throw new IllegalArgumentException(condition.getKey());
      }
    }
  }

  private static JsonNode at(JsonNode value, String path) {
    return value.at("/" + path.replace('.', '/'));
  }
}
