package dev.hone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** The server's HTTP API as the commands use it. */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ADDRESS = Pattern.compile("https?://[\\w.:\\[\\]-]+(/[\\w./-]*)?");

  private final String url;
  private final String key;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * @param url of the server, without a path
   * @param key sent as bearer token unless empty
   * @throws ServerException when {@code url} is none
   */
  Api(String url, String key) {
    if (!ADDRESS.matcher(url).matches()) {
      throw new ServerException(
          "usage", "'" + url + "' is no address of a server, such as http://127.0.0.1:8080");
    }
    this.url = url;
    this.key = key;
  }

  static Api of(LocalServer server) {
    return new Api(server.url(), System.getenv().getOrDefault("HONE_KEY", ""));
  }

  JsonNode get(String path) {
    return read(open(path));
  }

  /** The content behind {@code path}, to be closed by the caller. */
  InputStream open(String path) {
    return send(request(path).GET().build());
  }

  JsonNode post(String path, BodyPublisher body, Map<String, String> headers) {
    var request = request(path).POST(body);
    headers.forEach(request::header);
    return read(send(request.build()));
  }

  JsonNode post(String path, JsonNode body) {
    return read(stream(path, body));
  }

  /** An answer that comes piece by piece, to be closed by the caller. */
  InputStream stream(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  /** An answer to a file that comes piece by piece, to be closed by the caller. */
  InputStream stream(String path, BodyPublisher file) {
    return send(request(path).header("Content-Type", "application/x-ndjson").POST(file).build());
  }

  /** Whether the model is loaded; {@code false} while it loads. */
  boolean ready() {
    try {
      var health = http.send(request("/health/ready").build(), BodyHandlers.discarding());
      return health.statusCode() == 200;
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(url + path));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    return request;
  }

  private InputStream send(HttpRequest request) {
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      if (response.statusCode() < 300) {
        return response.body();
      }
      try (InputStream body = response.body()) {
        throw refusal(new String(body.readAllBytes(), StandardCharsets.UTF_8), response);
      }
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** An error has OpenAI's form or that of RFC 9457. */
  private static ServerException refusal(String body, HttpResponse<?> response) {
    String otherwise =
        "the server answers %d to %s".formatted(response.statusCode(), response.uri().getPath());
    try {
      JsonNode problem = JSON.readTree(body);
      JsonNode error = problem.path("error");
      String title = problem.path("title").asText(otherwise);
      var sentence = new StringBuilder();
      sentence.append(error.path("message").asText(problem.path("detail").asText(title)));
      for (JsonNode line : problem.path("rejected")) {
        sentence
            .append("\nline ")
            .append(line.path("line").asText())
            .append(": ")
            .append(line.path("reason").asText());
      }
      String code = error.path("code").asText(problem.path("code").asText("failed"));
      return new ServerException(code, sentence.toString());
    } catch (JsonProcessingException e) {
      return new ServerException(otherwise);
    }
  }

  private static JsonNode read(InputStream answer) {
    try (answer) {
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new ServerException("the server's answer broke off: " + e.getMessage(), e);
    }
  }

  private ServerException unreachable(IOException e) {
    String why = e instanceof ConnectException ? "nothing answers there" : e.toString();
    var unreachable =
        new ServerException(
            ServerException.UNREACHABLE, "the server at " + url + " cannot be reached: " + why);
    unreachable.initCause(e);
    return unreachable;
  }

  private static ServerException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ServerException("interrupted", e);
  }
}
