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
   * @throws TooLittleMemoryException when it has weights of its own that there is no memory for
   */
  int load(String version, Optional<String> manifestSha256);

  /**
   * Whether a version was loaded that has all weights of its own: its memory goes with its lane.
   */
  boolean hasOwnWeights(String version);

  /** Lets the base go. The runner must be closed before. */
  @Override
  void close();
}
