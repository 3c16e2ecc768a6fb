package dev.hone.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatConfigTest {
  @Test
  void namesAndDefaults() {
    var config = with(Map.of());
    assertThat(config.systemPrompt()).isEmpty();
    assertThat(config.maxNewTokens()).isEqualTo(1024);
    assertThat(config.busyPatience()).isEqualTo(Duration.ofSeconds(5));
    assertThat(with(Map.of("hone.max-new-tokens", "7")).maxNewTokens()).isEqualTo(7);
    assertThat(with(Map.of("hone.chat.system-prompt", "Be kind.")).systemPrompt())
        .contains("Be kind.");
  }

  private static ChatConfig with(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withConverter(Duration.class, 100, new DurationConverter())
        .withMapping(ChatConfig.class)
        .withDefaultValues(settings)
        .build()
        .getConfigMapping(ChatConfig.class);
  }
}
