package dev.hone.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubClientProxyTest {
  // ann:secret
  private static final String CREDENTIALS = "Basic YW5uOnNlY3JldA==";

  private final FakeHub proxy = new FakeHub();

  @AfterEach
  void close() {
    proxy.close();
  }

  private HubClient clientOf(String endpoint) {
    String place = proxy.uri().getAuthority();
    return HubClient.of(
        Map.of(
            "HF_ENDPOINT",
            endpoint,
            "HF_TOKEN",
            "hf_token",
            "ALL_PROXY",
            "http://ann:secret@" + place,
            "NO_PROXY",
            "direct.invalid"));
  }

  @Test
  void theHubIsReachedThroughTheProxy() {
    proxy.files.put("config.json", "{}".getBytes(ISO_8859_1));
    var listing = clientOf("http://hub.invalid").describe(FakeHub.REPOSITORY, "main");
    assertThat(listing.path("sha").asText()).isEqualTo(FakeHub.COMMIT);
    var request = proxy.requests.getFirst();
    assertThat(request.host()).isEqualTo("hub.invalid");
    assertThat(request.proxyAuthorization()).isEqualTo(CREDENTIALS);
    assertThat(request.authorization()).isEqualTo("Bearer hf_token");
  }

  @Test
  void whatIsReachedDirectlyLearnsNothingOfTheProxy() throws Exception {
    try (var storage = new FakeHub()) {
      byte[] weights = {1, 2, 3};
      proxy.files.put("model.safetensors", weights);
      storage.files.put("model.safetensors", weights);
      proxy.storage = storage.uri().toString();
      var hub = clientOf("http://hub.invalid");
      var answer = hub.open(FakeHub.REPOSITORY, FakeHub.COMMIT, "model.safetensors", 0);
      try (InputStream body = answer.body()) {
        assertThat(body.readAllBytes()).isEqualTo(weights);
      }
      assertThat(proxy.requests).hasSize(1);
      assertThat(storage.requests.getFirst().proxyAuthorization()).isNull();
    }
  }

  @Test
  void noProxyIsReachedDirectly() {
    assertThatThrownBy(() -> clientOf("http://direct.invalid").describe("someone/tiny", "main"))
        .isInstanceOf(HubUnreachableException.class)
        .hasMessageStartingWith(
            "the Hub cannot be reached at http://direct.invalid (its name is unknown here)");
    assertThat(proxy.requests).isEmpty();
  }

  @Test
  void aProxyThatWantsAnotherPasswordIsAHubOutOfReach() {
    proxy.listingStatus = 407;
    assertThatThrownBy(() -> clientOf("http://hub.invalid").describe("someone/tiny", "main"))
        .isInstanceOf(HubUnreachableException.class)
        .hasMessageContaining("answers 407");
  }

  @Test
  void aTunnelIsAskedForWithThePasswordAndWithoutTheToken() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var asked = CompletableFuture.supplyAsync(() -> refuse(socket));
      String place = "127.0.0.1:" + socket.getLocalPort();
      var environment = Map.of("HTTPS_PROXY", "http://ann:secret@" + place, "HF_TOKEN", "hf_token");
      assertThatThrownBy(() -> HubClient.of(environment).describe("someone/tiny", "main"))
          .isInstanceOf(HubUnreachableException.class)
          .hasMessageContaining("https://huggingface.co through the proxy " + place)
          .hasMessageNotContaining("secret");
      assertThat(asked.join())
          .startsWith("CONNECT huggingface.co:443 HTTP/1.1")
          .contains("Proxy-Authorization: " + CREDENTIALS)
          .doesNotContain("hf_token");
    }
  }

  /** What the first client says before it is refused. */
  private static String refuse(ServerSocket socket) {
    try (var client = socket.accept()) {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) client.getInputStream().read());
      }
      client
          .getOutputStream()
          .write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
      return head.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
