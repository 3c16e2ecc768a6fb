package dev.hone.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*                        | hub.example",
        "hub.example              | hub.example",
        "hub.example              | HUB.Example",
        "example                  | hub.example",
        ".example                 | hub.example",
        "*.example                | hub.example",
        "'other.net, hub.example' | hub.example",
        "'other.net hub.example'  | hub.example",
        "hub.example:443          | hub.example",
        "10.1.2.3                 | 10.1.2.3",
        "10.0.0.0/8               | 10.1.2.3",
        "10.1.2.0/23              | 10.1.3.9",
        "0.0.0.0/0                | 10.1.2.3",
        "fe80::1                  | [fe80::1]",
        "[fe80::1]:443            | [fe80::1]",
        "fe80::/10                | [fe90::1]",
        "''                       | localhost",
        "''                       | hub.localhost",
        "''                       | 127.0.0.1",
        "''                       | 127.8.8.8",
        "''                       | [::1]",
      })
  void covers(String list, String host) {
    assertThat(new NoProxy(list).covers(host, 443)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                        | hub.example",
        "','                       | hub.example",
        "hub.example               | myhub.example",
        "hub.example               | hub.example.net",
        "cdn.hub.example           | hub.example",
        "hub.example:80            | hub.example",
        "10.0.0.0/8                | 11.1.2.3",
        "10.1.2.0/24               | 10.1.3.9",
        "10.0.0.0/8                | hub.example",
        "10.0.0.0/8                | [fe80::1]",
        "'10.0.0.0/x, /8, 10.0/, /'| 10.1.2.3",
      })
  void doesNotCover(String list, String host) {
    assertThat(new NoProxy(list).covers(host, 443)).isFalse();
  }
}
