package dev.hone.loop;

import dev.hone.alignment.CancelledException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a server tells its worker, line by line on standard input: {@code pause}, {@code go}. The
 * end of the input, however it came about, ends the worker.
 */
final class WorkerCommands {
  static final String PAUSE = "pause";
  static final String GO = "go";

  /** Guards the two fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private boolean paused;
  private boolean over;

  private WorkerCommands() {}

  static WorkerCommands from(InputStream in) {
    var commands = new WorkerCommands();
    Thread.ofPlatform().daemon().name("commands").start(() -> commands.listen(in));
    return commands;
  }

  /**
   * Returns when there may be work.
   *
   * @throws CancelledException when there may be none any more
   */
  void await() {
    lock.lock();
    try {
      while (paused && !over) {
        changed.awaitUninterruptibly();
      }
      if (over) {
        throw new CancelledException("the server wants this worker to end");
      }
    } finally {
      lock.unlock();
    }
  }

  private void listen(InputStream in) {
    try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        set(line.equals(PAUSE), false);
      }
      set(false, true);
    } catch (IOException e) {
      // A pipe that breaks has nobody at its other end.
      set(false, true);
    }
  }

  private void set(boolean nowPaused, boolean nowOver) {
    lock.lock();
    try {
      paused = nowPaused;
      over = nowOver;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
