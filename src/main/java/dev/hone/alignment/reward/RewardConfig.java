package dev.hone.alignment.reward;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** What this room needs to know. */
@ConfigMapping(prefix = "hone")
public interface RewardConfig {
  /** Folder of pulled bases, trained versions and reward models. */
  Path models();

  Rewards rewards();

  /** How answers are rewarded while they are served, {@code hone.rewards.*}. */
  interface Rewards {
    /** Id of the reward model that does so, or {@code newest}; without it none does. */
    Optional<String> model();

    /** Answers of which the best is given where a chat completion does not say. */
    @WithDefault("1")
    int bestOf();
  }
}
