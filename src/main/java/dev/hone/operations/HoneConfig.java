package dev.hone.operations;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the launcher tells the server; each can be set as {@code HONE_*} too. */
@ConfigMapping(prefix = "hone")
public interface HoneConfig {
  /** Folder of everything that belongs to this instance. */
  Path data();

  /** Folder of pulled bases and trained versions; instances may share it. */
  Path models();

  /** Id of the base model that this instance serves, a folder under {@code models/base}. */
  String model();

  /** Wanted as a bearer token or through sign-in when the server is not bound to loopback. */
  Optional<String> key();

  /** Bound on an answer where the request gives none. */
  @WithDefault("1024")
  int maxNewTokens();

  /** Silence in a stream of events after which a comment is sent. */
  @WithDefault("15s")
  Duration keepAlive();
}
