package dev.hone.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The Hub's listing and files over HTTP, with the faults that a test asks for. It answers for any
 * host, so that it is a proxy in front of the Hub as well.
 */
final class FakeHub implements AutoCloseable {
  static final String REPOSITORY = "someone/tiny";
  static final String COMMIT = "0123456789012345678901234567890123456789";

  private static final String LISTING = "/api/models/" + REPOSITORY + "/revision/";
  private static final String FILES = "/" + REPOSITORY + "/resolve/" + COMMIT + "/";

  final Map<String, byte[]> files = new TreeMap<>();
  final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  /** Bytes after which the next answers are cut, one by one. */
  final List<Integer> cuts = Collections.synchronizedList(new ArrayList<>());

  /** Where large files really are; empty: here. */
  String storage = "";

  String listedSha256;
  int listingStatus = 200;
  String errorCode;

  private final HttpServer server;

  record Request(
      String host, String path, String range, String authorization, String proxyAuthorization) {}

  FakeHub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Request> requestsFor(String file) {
    return requests.stream().filter(request -> request.path.endsWith("/" + file)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      var headers = exchange.getRequestHeaders();
      requests.add(
          new Request(
              headers.getFirst("Host"),
              path,
              headers.getFirst("Range"),
              headers.getFirst("Authorization"),
              headers.getFirst("Proxy-Authorization")));
      if (path.startsWith(LISTING) && listingStatus == 200) {
        send(exchange, listing().getBytes(StandardCharsets.UTF_8));
        return;
      }
      byte[] file = files.get(path.substring(path.lastIndexOf('/') + 1));
      if (file == null || !(path.startsWith(FILES) || path.startsWith("/stored/"))) {
        if (errorCode != null) {
          exchange.getResponseHeaders().set("X-Error-Code", errorCode);
        }
        boolean refused = path.startsWith("/api/") && listingStatus != 200;
        exchange.sendResponseHeaders(refused ? listingStatus : 404, -1);
        return;
      }
      if (path.startsWith(FILES) && path.endsWith(".safetensors") && !storage.isEmpty()) {
        exchange
            .getResponseHeaders()
            .set("Location", storage + "/stored/" + path.substring(FILES.length()));
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      sendFile(exchange, file);
    }
  }

  private void sendFile(HttpExchange exchange, byte[] file) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (file.length - 1) + "/" + file.length);
    }
    boolean large = exchange.getRequestURI().getPath().endsWith(".safetensors");
    int until =
        large && !cuts.isEmpty() ? Math.min(file.length, from + cuts.removeFirst()) : file.length;
    exchange.sendResponseHeaders(range == null ? 200 : 206, file.length - from);
    // Closing an exchange before all that was promised is written cuts the connection.
    exchange.getResponseBody().write(file, from, until - from);
    exchange.getResponseBody().flush();
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private String listing() throws IOException {
    var siblings = new ArrayList<String>();
    for (var file : files.entrySet()) {
      Path copy = Files.createTempFile("hub", "");
      Files.write(copy, file.getValue());
      boolean large = file.getKey().endsWith(".safetensors");
      String sha256 = listedSha256 == null ? Digest.sha256(copy) : listedSha256;
      siblings.add(
          "{\"rfilename\":\"%s\",\"size\":%d,\"blobId\":\"%s\"%s}"
              .formatted(
                  file.getKey(),
                  file.getValue().length,
                  Digest.gitBlob(copy),
                  large ? ",\"lfs\":{\"sha256\":\"" + sha256 + "\"}" : ""));
      Files.delete(copy);
    }
    return "{\"sha\":\"%s\",\"siblings\":[%s]}"
        .formatted(COMMIT, siblings.stream().collect(Collectors.joining(",")));
  }
}
