package dev.hone.loop;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A way in which a stage makes something of data and of what the stages before it made. */
interface Method {
  /** As plans have it. */
  String name();

  /** For who reads what a version is made of. */
  String words();

  /** What it learns from with these settings, all of them or none. */
  Learns learnsFrom(Map<String, String> settings);

  Makes makes();

  /** Whether it lets the policy speak, and so needs it as an adapter over its base. */
  default boolean needsAdapter() {
    return false;
  }

  /**
   * Why a stage cannot work, as far as its settings say so before it runs: what they name is not
   * there, or not whole.
   *
   * @return a sentence that begins with the setting
   */
  default Optional<String> objection(Outlook outlook) {
    return Optional.empty();
  }

  /**
   * Every setting.
   *
   * @param set those that are not at their defaults
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  Map<String, String> settings(Map<String, String> set);

  /**
   * Does the work. Whoever finds the files of an earlier attempt in the stage's folder goes on from
   * there. A trained policy leaves {@code candidate/} and {@code training.json}.
   *
   * @return what there is for the stages that follow
   */
  Made run(StageContext context) throws IOException;
}
