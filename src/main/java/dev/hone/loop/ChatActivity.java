package dev.hone.loop;

import dev.hone.inference.ModelHost;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Whether people chat, for whom a round makes room. */
@ApplicationScoped
class ChatActivity {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final ModelHost host;
  private final long quietNanos;
  private volatile long lastBusy = System.nanoTime();
  private volatile boolean everBusy;

  ChatActivity(ModelHost host, LoopConfig config) {
    this.host = host;
    this.quietNanos = config.loop().quiet().toNanos();
  }

  /** Whether an answer is being written, or one was a moment ago: the next question may follow. */
  boolean busy() {
    if (host.ready() && host.engine().running() + host.engine().queued() > 0) {
      lastBusy = System.nanoTime();
      everBusy = true;
    }
    return everBusy && System.nanoTime() - lastBusy < quietNanos;
  }

  /**
   * Waits while the model loads: people come first, and loading may measure this machine.
   *
   * @param givenUp ends the waiting early, as an interrupt does
   */
  void awaitModel(BooleanSupplier givenUp) {
    while (!host.ready()
        && host.failure().isEmpty()
        && !givenUp.getAsBoolean()
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
