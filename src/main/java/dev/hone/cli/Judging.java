package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.operations.StartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Has a server judge something on a file, and shows how far it is. */
final class Judging {
  private final Api api;
  private final Instance instance;

  Judging(Api api, Instance instance) {
    this.api = api;
    this.instance = instance;
  }

  /**
   * @param path of the server
   * @param parameters that say what is judged, and how
   * @return {@code report}, {@code skipped} and {@code cut}
   */
  JsonNode result(String path, Map<String, String> parameters, BodyPublisher file) {
    var told = new EvaluationProgress(instance.progress(), Instance.onTerminal());
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                api.stream(path + query(parameters), file), StandardCharsets.UTF_8))) {
      var json = new JsonMapper();
      for (String line; (line = lines.readLine()) != null; ) {
        JsonNode read = json.readTree(line);
        if (read.has("result")) {
          told.end();
          return read.path("result");
        }
        if (read.has("error")) {
          JsonNode error = read.path("error");
          throw new ServerException(error.path("code").asText(), error.path("message").asText());
        }
        told.show(read.path("progress"));
      }
      throw new ServerException("the server's answer broke off");
    } catch (IOException e) {
      throw new ServerException("the server's answer broke off: " + e.getMessage(), e);
    }
  }

  /**
   * A file to send. A pipe is read to its end before, for as long as whoever fills it takes: a
   * server does not wait for it.
   *
   * @throws StartException where it cannot be read, or what a pipe gives cannot be kept
   */
  static BodyPublisher body(Path file) {
    try {
      return BodyPublishers.ofFile(
          Files.isRegularFile(GivenFile.readable(file)) ? file : received(file));
    } catch (IOException e) {
      throw new StartException("%s cannot be sent: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** In a file that only its owner can read. */
  private static Path received(Path pipe) throws IOException {
    Path kept = Files.createTempFile("hone-", ".jsonl");
    kept.toFile().deleteOnExit();
    try (var in = Files.newInputStream(pipe);
        var out = Files.newOutputStream(kept)) {
      in.transferTo(out);
    }
    return kept;
  }

  private static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(
            each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }
}
