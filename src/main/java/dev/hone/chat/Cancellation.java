package dev.hone.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A caller's wish that nothing more be done, told to whatever listens, also if it comes later. */
public final class Cancellation {
  /** Guards the two fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final List<Runnable> listeners = new ArrayList<>();
  private boolean cancelled;

  public void cancel() {
    List<Runnable> toTell;
    lock.lock();
    try {
      cancelled = true;
      toTell = List.copyOf(listeners);
      listeners.clear();
    } finally {
      lock.unlock();
    }
    toTell.forEach(Runnable::run);
  }

  /** Runs it on cancellation, at once if that has been. Must not block. */
  public void whenCancelled(Runnable listener) {
    lock.lock();
    try {
      if (!cancelled) {
        listeners.add(listener);
        return;
      }
    } finally {
      lock.unlock();
    }
    listener.run();
  }
}
