package dev.hone.api;

import dev.hone.chat.ReadableAnswer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Reads the answers of one completion at the same time. */
final class Choices {
  private Choices() {}

  /** Reads one answer to its end. */
  interface Reader<A, T> {
    T read(int index, A answer);
  }

  /**
   * Returns when all have ended; where one fails, the others are cancelled.
   *
   * @throws RuntimeException the first failure by index
   */
  static <A extends ReadableAnswer, T> List<T> read(List<A> answers, Reader<A, T> reader) {
    if (answers.size() == 1) {
      return List.of(reader.read(0, answers.getFirst()));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> reading =
          IntStream.range(0, answers.size())
              .mapToObj(i -> threads.submit(() -> read(answers, i, reader)))
              .toList();
      return reading.stream().map(Choices::result).toList();
    }
  }

  private static <A extends ReadableAnswer, T> T read(
      List<A> answers, int index, Reader<A, T> reader) {
    boolean done = false;
    try {
      T read = reader.read(index, answers.get(index));
      done = true;
      return read;
    } finally {
      if (!done) {
        answers.forEach(ReadableAnswer::cancel);
      }
    }
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("an answer could not be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while answers were read", e);
    }
  }
}
