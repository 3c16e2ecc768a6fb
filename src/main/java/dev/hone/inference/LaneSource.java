package dev.hone.inference;

import java.util.Optional;

/** Makes what serves a version, over the weights of one base. */
interface LaneSource extends AutoCloseable {
  /** Id of the base. */
  String base();

  /** What callers need to know of a version of this base. */
  ServedModel model(String version);

  /**
   * A runner that has decoded a token.
   *
   * @param version the base itself or a version of it
   * @param manifestSha256 of the version as it was published; empty where nobody can know yet
   * @throws dev.hone.registry.RegistryException when the files are not what was published, or not
   *     for this base
   */
  ModelRunner runner(String version, Optional<String> manifestSha256);

  /** Lets the base go. The runners must be closed before. */
  @Override
  void close();
}
