package dev.hone.loop;

import dev.hone.preference.Snapshot;
import dev.hone.registry.ModelStore;
import java.util.List;

/**
 * What can be seen of a stage before its round begins.
 *
 * @param before the stages before it
 * @param store the models on disk
 */
record Outlook(Stage stage, List<Stage> before, Snapshot snapshot, ModelStore store) {
  /** Whether a stage before it makes one. */
  boolean comes(Makes what) {
    return before.stream().anyMatch(stage -> Methods.of(stage.method()).makes() == what);
  }

  /** The value of a setting. */
  String set(String setting) {
    return stage.settings().get(setting);
  }
}
