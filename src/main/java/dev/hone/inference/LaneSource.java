package dev.hone.inference;

import java.util.Optional;

/** Loads versions of one base to where a runner finds them. */
interface LaneSource extends AutoCloseable {
  /** Id of the base. */
  String base();

  /** What callers need to know of a version of this base. */
  ServedModel model(String version);

  /**
   * A version that has decoded a token.
   *
   * @param version the base itself or a version of it
   * @param manifestSha256 of the version as it was published; empty where nobody can know yet
   * @return its number, by which the runner knows it
   * @throws dev.hone.registry.RegistryException when the files are not what was published, or not
   *     for this base
   */
  int load(String version, Optional<String> manifestSha256);

  /** Lets the base go. The runner must be closed before. */
  @Override
  void close();
}
