package dev.hone.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a signal end the main thread in order. The JVM halts as soon as its shutdown hooks are
 * through, so one of them waits for the main thread to stop PostgreSQL and to leave the data
 * folder.
 */
final class OrderlyEnd implements AutoCloseable {
  private static final long PREPARATION_SECONDS = 10;

  private final Thread main = Thread.currentThread();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean quarkusEndsIt;

  OrderlyEnd() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::await, "orderly-end"));
  }

  /** From here on Quarkus hears signals itself, drains, and returns to the main thread. */
  void leaveToQuarkus() {
    quarkusEndsIt = true;
  }

  @Override
  public void close() {
    over.countDown();
  }

  private void await() {
    try {
      if (quarkusEndsIt) {
        over.await();
        return;
      }
      main.interrupt();
      boolean orderly = over.await(PREPARATION_SECONDS, TimeUnit.SECONDS);
      if (!orderly) {
        System.err.println("hone: stopped in the middle of its preparations");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
