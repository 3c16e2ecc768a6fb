package dev.hone.inference;

import java.util.Optional;

/** A text that is made a vector, a part of the work at a time. Used by one thread at a time. */
public interface TextReading extends AutoCloseable {
  /**
   * Goes on.
   *
   * @param work about as much as feeding so many tokens of a prompt, at least one
   * @return the vector, of length 1, once it is made
   */
  Optional<float[]> advance(int work);

  @Override
  void close();
}
