package dev.hone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
  private static Optional<String> place(String uri, Map<String, String> environment) {
    return new ProxySettings(environment).to(URI.create(uri)).map(ProxySettings.HttpProxy::place);
  }

  @Test
  void theSchemeOfWhatIsReachedChoosesTheProxy() {
    var both = Map.of("HTTP_PROXY", "http://plain:1", "HTTPS_PROXY", "http://secure:2");
    assertThat(place("http://hub.example", both)).contains("plain:1");
    assertThat(place("https://hub.example", both)).contains("secure:2");
    assertThat(place("https://hub.example", Map.of("HTTP_PROXY", "http://plain:1"))).isEmpty();
    assertThat(place("https://hub.example", Map.of())).isEmpty();
  }

  @Test
  void allProxyStandsInForTheOthers() {
    var environment = Map.of("ALL_PROXY", "http://all:3", "https_proxy", "http://secure:2");
    assertThat(place("https://hub.example", environment)).contains("secure:2");
    assertThat(place("http://hub.example", environment)).contains("all:3");
  }

  @Test
  void smallLettersComeBeforeCapitalsAndNothingIsUnset() {
    var environment = Map.of("https_proxy", "http://small:1", "HTTPS_PROXY", "http://capital:2");
    assertThat(place("https://hub.example", environment)).contains("small:1");
    environment = Map.of("https_proxy", " ", "HTTPS_PROXY", "http://capital:2");
    assertThat(place("https://hub.example", environment)).contains("capital:2");
  }

  @Test
  void noProxyAndThisMachineAreReachedDirectly() {
    var environment = Map.of("ALL_PROXY", "http://all:3", "NO_PROXY", "hub.example:8443");
    assertThat(place("https://hub.example:8443/api", environment)).isEmpty();
    assertThat(place("https://hub.example/api", environment)).contains("all:3");
    assertThat(place("http://127.0.0.1:9000", environment)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "proxy.example, proxy.example:80",
    "proxy.example:3128, proxy.example:3128",
    "HTTP://proxy_1:3128/, proxy_1:3128",
    "http://[fe80::1]:3128, [fe80::1]:3128",
    "http://ann:secret@proxy.example:3128, proxy.example:3128",
  })
  void readsTheUsualSpellings(String value, String place) {
    assertThat(place("https://hub.example", Map.of("HTTPS_PROXY", value))).contains(place);
  }

  @ParameterizedTest
  @CsvSource({
    "ann:secret, ann:secret",
    "ann, ann:",
    "ann:a%40b%3Ac+d, ann:a@b:c+d",
    "ann:a@b/c, ann:a@b/c",
    "ann:gr%C3%BCn, ann:grün",
  })
  void tellsTheProxyUserAndPassword(String written, String meant) {
    var settings = new ProxySettings(Map.of("HTTPS_PROXY", "http://" + written + "@proxy:3128"));
    String authorization =
        settings.to(URI.create("https://hub.example")).orElseThrow().authorization().orElseThrow();
    assertThat(authorization).startsWith("Basic ");
    assertThat(Base64.getDecoder().decode(authorization.substring("Basic ".length())))
        .asString()
        .isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://ann:secret@proxy:1080",
        "https://ann:secret@proxy:3128",
        "http://ann:secret@proxy:99999",
        "http://ann:secret%zz@proxy:3128",
        "http://ann:secret@",
      })
  void refusesOthersWithoutRepeatingThePassword(String value) {
    assertThatThrownBy(() -> place("https://hub.example", Map.of("HTTPS_PROXY", value)))
        .isInstanceOf(HubUnreachableException.class)
        .hasMessageStartingWith("HTTPS_PROXY is not http://host:port")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }
}
