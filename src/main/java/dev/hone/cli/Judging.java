package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.operations.StartException;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
   * A file to send, or a pipe, whose length nobody knows.
   *
   * @throws StartException where it cannot be read
   */
  static BodyPublisher body(Path file) {
    try {
      if (Files.isReadable(file) && !Files.isDirectory(file)) {
        return Files.isRegularFile(file)
            ? BodyPublishers.ofFile(file)
            : BodyPublishers.ofInputStream(() -> opened(file));
      }
    } catch (FileNotFoundException e) {
      throw new StartException("there is no file " + file, e);
    }
    throw new StartException("the file " + file + " cannot be read");
  }

  private static InputStream opened(Path pipe) {
    try {
      return Files.newInputStream(pipe);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(
            each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }
}
