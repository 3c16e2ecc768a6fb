package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.inference.ModelHost;
import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent to OpenAI's routes ends soon, and what can't be served is the client's fault.
 */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class HostileRequestsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int RANDOM_BODIES = 400;
  private static final String HI = "[{\"role\": \"user\", \"content\": \"Hi\"}]";

  /** For each route what it can't do without, so that the field at fault is the only one. */
  private static final Map<String, String> ROUTES =
      Map.of(
          "/v1/chat/completions", "\"messages\": " + HI,
          "/v1/completions", "\"prompt\": \"Hi\"",
          "/v1/responses", "\"input\": \"Hi\"",
          "/v1/tokenize", "\"prompt\": \"Hi\"",
          "/v1/detokenize", "\"tokens\": [1]",
          "/v1/embeddings", "\"model\": \"all-minilm-l6-v2\", \"input\": \"Hi\"",
          "/v1/embeddings?chat", "\"model\": \"hone\", \"input\": \"Hi\"");

  /** Every kind of value, and the ugly ones of each. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1",
          "0.5",
          "-0.0",
          "1e400",
          "-1e400",
          "1e-400",
          "9223372036854775808",
          "1" + "0".repeat(900),
          "\"\"",
          "\"NaN\"",
          "\"Infinity\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"%s%n\"",
          "\"" + "x".repeat(5_000) + "\"",
          "[]",
          "[[]]",
          "[null]",
          "[1, \"a\", {}]",
          "{}",
          "{\"\": {}}",
          "{\"type\": \"x\", \"role\": 1}",
          "[{\"role\": \"user\"}]",
          "[{\"role\": \"user\", \"content\": null}]",
          "[{\"role\": \"user\", \"content\": [{\"type\": \"text\"}]}]",
          "[{\"role\": \"user\", \"content\": \"\\ud800\\u0000\"}]");

  @Inject ModelHost host;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void script() {
    Script.is(Script.saying("")); // thousands of answers
  }

  @Test
  void everyFieldTakesOrRefusesEveryKindOfValue() {
    ROUTES.forEach(
        (route, needed) -> {
          for (String field : ownFields(route)) {
            for (String value : VALUES) {
              String own = "\"" + field + "\": " + value;
              String others = needed.startsWith("\"" + field + "\"") ? "" : needed + ", ";
              check(post(route, "{" + others + own + "}"), route + " " + own);
            }
          }
        });
  }

  @Test
  void bodiesThatAreNoObjectAreMalformed() {
    for (String route : ROUTES.keySet()) {
      for (byte[] body : malformed()) {
        var response = post(route, body);
        String asked =
            route
                + " "
                + new String(body, 0, Math.min(60, body.length), StandardCharsets.ISO_8859_1);
        check(response, asked);
        assertThat(response.statusCode()).as(asked).isEqualTo(400);
      }
    }
  }

  @Test
  void randomBodiesAreTheClientsFault() {
    var random = new Random(7);
    for (int i = 0; i < RANDOM_BODIES; i++) {
      var routes = List.copyOf(new TreeSet<>(ROUTES.keySet()));
      String route = routes.get(random.nextInt(routes.size()));
      byte[] body = random.nextBoolean() ? bytes(random) : mutated(route, random);
      check(post(route, body), "body " + i + " of " + route);
    }
  }

  @Test
  void otherMethodsAndPathsAreRefused() {
    var paths = new ArrayList<>(ROUTES.keySet());
    paths.addAll(
        List.of(
            "/v1",
            "/v1/",
            "/v1/models",
            "/v1/models/%00",
            "/v1/models/%ff",
            "/v1/models/..%2f..%2fetc",
            "/v1/models/" + "x".repeat(2_000),
            "/v1/responses/%00",
            "/v1/responses/%F0%9F%98%80",
            "/v1/responses/a?stream=maybe",
            "/v1/responses/a?stream=true",
            "/v1/chat",
            "/v1/chat/completions/x",
            "/v1/embeddings/x",
            "/v1/%7Bid%7D"));
    for (String path : paths) {
      for (String method : List.of("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "STRANGE")) {
        var request = request(path).method(method, BodyPublishers.ofString("{}")).build();
        var response = send(request);
        assertThat(response.statusCode()).as(method + " " + path).isBetween(200, 499);
        if (response.statusCode() >= 400 && !method.equals("HEAD")) {
          checkError(response, method + " " + path);
        }
      }
    }
  }

  @Test
  void mediaTypesDoNotMatter() {
    for (String type : List.of("text/plain", "application/xml", "x", "/", "a/b/c", "*/*", "")) {
      ROUTES.forEach(
          (route, needed) ->
              check(
                  send(
                      request(route)
                          .header("Content-Type", type)
                          .POST(BodyPublishers.ofString("{" + needed + "}"))
                          .build()),
                  type + " " + route));
    }
    for (String accept : List.of("text/plain", "image/*", "x", "text/event-stream", "")) {
      ROUTES.forEach(
          (route, needed) ->
              check(
                  send(
                      request(route)
                          .header("Accept", accept)
                          .POST(BodyPublishers.ofString("{" + needed + "}"))
                          .build()),
                  "accept " + accept + " " + route));
    }
  }

  /** What says how answers are drawn is read by one class for every route. */
  private static Set<String> ownFields(String route) {
    var fields = new TreeSet<>(fields(route));
    if (!route.equals("/v1/chat/completions")) {
      fields.removeAll(Drawing.FIELDS);
    }
    return fields;
  }

  private static Set<String> fields(String route) {
    return switch (route.replaceFirst("\\?.*", "")) {
      case "/v1/chat/completions" -> CompletionBody.FIELDS;
      case "/v1/completions" -> TextCompletionBody.FIELDS;
      case "/v1/responses" -> ResponsesBody.FIELDS;
      case "/v1/tokenize" -> TokenizeBody.FIELDS;
      case "/v1/embeddings" -> EmbeddingsBody.FIELDS;
      case "/v1/detokenize" -> TokensResource.DETOKENIZE_FIELDS;
      default -> throw new IllegalArgumentException(route);
    };
  }

  private static List<byte[]> malformed() {
    var bodies = new ArrayList<byte[]>();
    for (String text :
        List.of(
            "",
            " ",
            "null",
            "1",
            "\"a\"",
            "[]",
            "[{}]",
            "{",
            "}",
            "{\"a\"}",
            "{\"a\": 1,}",
            "{\"model\": 1, \"model\": 1}",
            "{\"a\": NaN}",
            "{\"a\": Infinity}",
            "{\"a\": -}",
            "{\"a\": 01}",
            "{'a': 1}",
            "{\"a\": \"\n\"}",
            "{\"a\": \"\\x\"}",
            "{} {}",
            "// comment\n{}",
            "{\"a\": 1" + "0".repeat(5_000) + "}",
            "[".repeat(100_000),
            "{\"a\": ".repeat(100_000),
            "{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}",
            "{\"" + "k".repeat(100_000) + "\": 1}")) {
      bodies.add(text.getBytes(StandardCharsets.UTF_8));
    }
    bodies.add(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    bodies.add(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'});
    bodies.add(new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'});
    bodies.add(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '['});
    bodies.add("{}".getBytes(StandardCharsets.UTF_16));
    bodies.add(new byte[1_000]);
    return bodies;
  }

  private static byte[] bytes(Random random) {
    byte[] body = new byte[random.nextInt(200)];
    random.nextBytes(body);
    return body;
  }

  /** A request that could be served, with some of its bytes cut, doubled or changed. */
  private static byte[] mutated(String route, Random random) {
    var text = new StringBuilder("{").append(ROUTES.get(route));
    var fields = List.copyOf(new TreeSet<>(fields(route)));
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(", \"").append(fields.get(random.nextInt(fields.size()))).append("\": ");
      text.append(VALUES.get(random.nextInt(VALUES.size())));
    }
    byte[] body = text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    for (byte b : body) {
      switch (random.nextInt(200)) {
        case 0 -> {}
        case 1 -> {
          out.write(b);
          out.write(b);
        }
        case 2 -> out.write(random.nextInt(256));
        default -> out.write(b);
      }
    }
    return out.toByteArray();
  }

  private void check(HttpResponse<String> response, String asked) {
    if (response.statusCode() == 429) { // the queue is full of what was taken before
      await().until(() -> host.engine().running() + host.engine().queued() == 0);
      return;
    }
    assertThat(response.statusCode()).as(asked + "\n" + response.body()).isBetween(200, 499);
    if (response.statusCode() >= 400) {
      checkError(response, asked);
    } else {
      assertThat(response.body()).as(asked).doesNotContain("\"error\":{");
    }
  }

  private static void checkError(HttpResponse<String> response, String asked) {
    assertThat(response.headers().firstValue("Content-Type"))
        .as(asked)
        .hasValue("application/json");
    var error = new JsonObject(response.body()).getJsonObject("error");
    assertThat(error.fieldNames()).as(asked).containsOnly("message", "type", "param", "code");
    assertThat(error.getString("message")).as(asked).isNotBlank();
    assertThat(error.getString("type")).as(asked).isEqualTo("invalid_request_error");
    assertThat(error.getString("code")).as(asked).isNotBlank();
  }

  private HttpResponse<String> post(String route, String json) {
    return post(route, json.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> post(String route, byte[] body) {
    return send(request(route).POST(BodyPublishers.ofByteArray(body)).build());
  }

  private static HttpRequest.Builder request(String path) {
    String server = ConfigProvider.getConfig().getValue("test.url", String.class);
    return HttpRequest.newBuilder(URI.create(server).resolve(path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
