package dev.hone.chat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How the page's conversations are held. */
@ConfigMapping(prefix = "hone.chat")
public interface ChatConfig {
  /** Said to the model before every conversation; without it the model's template has its own. */
  Optional<String> systemPrompt();

  /** Bound on an answer. */
  @WithDefault("${hone.max-new-tokens:1024}")
  int maxNewTokens();

  /** How long a new message waits for an answer that is being stopped. */
  @WithDefault("5s")
  Duration busyPatience();
}
