package dev.hone.inference;

import java.util.OptionalLong;

/** A version or a reward model has weights of its own, and there is no memory for them. */
public final class TooLittleMemoryException extends RuntimeException {
  private TooLittleMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Linux would give the memory and end the process later, so it is asked before.
   *
   * @param version by its id
   * @param needed bytes
   * @throws TooLittleMemoryException when less is free
   */
  public static void check(String version, long needed, FreeMemory memory) {
    OptionalLong free = memory.bytes();
    if (free.isPresent() && free.getAsLong() < needed) {
      throw new TooLittleMemoryException(
          "%s has weights of its own, which take about %d MiB of memory; %d MiB are available"
              .formatted(version, needed >> 20, free.getAsLong() >> 20),
          null);
    }
  }

  /** A GPU says so itself when it is asked for more than it has. */
  static TooLittleMemoryException onGpu(String version, long needed, RuntimeException cause) {
    return new TooLittleMemoryException(
        "%s has weights of its own, which take about %d MiB; the GPU has less left"
            .formatted(version, needed >> 20),
        cause);
  }
}
