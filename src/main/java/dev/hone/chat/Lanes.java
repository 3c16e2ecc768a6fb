package dev.hone.chat;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One message at a time in each conversation: its answer is part of what the next one sees. */
final class Lanes {
  private final ConcurrentHashMap<UUID, Lane> taken = new ConcurrentHashMap<>();

  /** A conversation that is taken until this is closed. */
  final class Lane implements AutoCloseable {
    private final UUID conversation;
    private final CountDownLatch free = new CountDownLatch(1);

    private Lane(UUID conversation) {
      this.conversation = conversation;
    }

    @Override
    public void close() {
      taken.remove(conversation, this);
      free.countDown();
    }
  }

  /**
   * Waits for the message before, whose answer may just be being stopped.
   *
   * @throws ChatException when that takes longer than the given time
   */
  Lane enter(UUID conversation, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    var mine = new Lane(conversation);
    Lane before = taken.putIfAbsent(conversation, mine);
    while (before != null) {
      if (!freed(before, deadline - System.nanoTime())) {
        throw new ChatException(
            ChatException.Reason.CONVERSATION_BUSY,
            "An answer is still being written in this conversation.");
      }
      before = taken.putIfAbsent(conversation, mine);
    }
    return mine;
  }

  private static boolean freed(Lane lane, long nanos) {
    try {
      return lane.free.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
