package dev.hone.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;

/** A request on a bare socket, to be cut off at any moment. */
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final BufferedReader in;

  private Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    this.in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  static Wire post(String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return send(path, body.length, body);
  }

  /** Promises a body of that many bytes and sends none of it. */
  static Wire announce(String path, int length) {
    return send(path, length, new byte[0]);
  }

  private static Wire send(String path, int length, byte[] body) {
    URI server = URI.create(ConfigProvider.getConfig().getValue("test.url", String.class));
    String head =
        """
        POST %s HTTP/1.1
        Host: localhost:%d
        Content-Type: application/json
        Content-Length: %d
        Connection: close

        """
            .formatted(path, server.getPort(), length)
            .replace("\n", "\r\n");
    try {
      var wire = new Wire(new Socket(server.getHost(), server.getPort()));
      wire.socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      wire.socket.getOutputStream().write(body);
      return wire;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything up to the first line that contains the text. */
  List<String> readUntil(String text) {
    var lines = new ArrayList<String>();
    try {
      while (lines.isEmpty() || !lines.getLast().contains(text)) {
        String line = in.readLine();
        if (line == null) {
          throw new AssertionError("the server ended without " + text + ", after " + lines);
        }
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
