package dev.hone.inference.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that ask at the same time, each again as soon as it has its answer.
 *
 * @param least answers that each client waits for
 * @param atLeast goes on for that long
 */
public record Load(int least, Duration atLeast) {
  private static final int FEW = 8;

  /** Whoever answers. */
  @FunctionalInterface
  public interface Answering {
    /**
     * Asks, and returns when the answer has ended.
     *
     * @param number of the question; no two are the same
     */
    AnswerTimes answer(int number) throws Exception;
  }

  public Load {
    if (least < 1) {
      throw new IllegalArgumentException("each client asks at least once, not " + least + " times");
    }
  }

  /**
   * @param least answers of each client; 0 for as many as a percentile needs, two each at least
   */
  public static Load of(int least, int clients, Duration atLeast) {
    return new Load(least > 0 ? least : Math.max(2, (FEW + clients - 1) / clients), atLeast);
  }

  /**
   * @param numbers of questions; what was asked before is not asked again
   * @throws RuntimeException the first that a client met
   */
  public LoadLevel run(int clients, AtomicInteger numbers, Answering server)
      throws InterruptedException {
    var tasks = new ArrayList<Callable<List<AnswerTimes>>>();
    long start = System.nanoTime();
    for (int client = 0; client < clients; client++) {
      tasks.add(() -> client(start, numbers, server));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<AnswerTimes>();
      for (var answered : threads.invokeAll(tasks)) {
        answers.addAll(answered.get());
      }
      return LoadLevel.of(clients, answers, (System.nanoTime() - start) / 1e9);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException met
          ? met
          : new IllegalStateException(e.getCause());
    }
  }

  private List<AnswerTimes> client(long start, AtomicInteger numbers, Answering server)
      throws Exception {
    var answers = new ArrayList<AnswerTimes>();
    while (answers.size() < least || System.nanoTime() - start < atLeast.toNanos()) {
      answers.add(server.answer(numbers.getAndIncrement()));
    }
    return answers;
  }
}
