package dev.hone.chat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The answers to one message of a conversation while they are written. */
public final class PageReply {
  private final Place place;
  private final String version;
  private final String promptHash;
  private final int dropped;
  private final List<String> turns;
  private final Lanes.Lane lane;
  private final CompletableFuture<Boolean> readable = new CompletableFuture<>();
  private final CountDownLatch writing;
  private volatile Listener listener = Listener.GONE;

  /** Hears of each answer by its index, on a thread of each answer's own; may block. */
  public interface Listener {
    /** Nobody listens any more. */
    Listener GONE =
        new Listener() {
          @Override
          public void text(int index, String text) {}

          @Override
          public void finished(int index, String turn, String reason) {}

          @Override
          public void failed(int index, Throwable cause) {}
        };

    void text(int index, String text);

    /** The turn is stored by then. */
    void finished(int index, String turn, String reason);

    void failed(int index, Throwable cause);
  }

  PageReply(Place place, ConversationMemory memory, List<String> turns, Lanes.Lane lane) {
    this.place = place;
    this.version = memory.prompt().model().version();
    this.promptHash = TurnLog.hash(memory.prompt().tokens());
    this.dropped = memory.dropped();
    this.turns = List.copyOf(turns);
    this.lane = lane;
    this.writing = new CountDownLatch(turns.size());
  }

  public int position() {
    return place.position();
  }

  public String version() {
    return version;
  }

  /** Equal for answers to the same prompt. */
  public String promptHash() {
    return promptHash;
  }

  /** How many of the oldest exchanges the model is not shown. */
  public int dropped() {
    return dropped;
  }

  /** Ids under which the answers will be stored, by index. */
  public List<String> turns() {
    return turns;
  }

  /** Tells the listener all, from the first text on; returns when every answer has ended. */
  public void listen(Listener reader) {
    listener = reader;
    readable.complete(true);
    try {
      writing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  CompletableFuture<Boolean> readable() {
    return readable;
  }

  Listener listener() {
    return listener;
  }

  void ended() {
    writing.countDown();
    if (writing.getCount() == 0) {
      lane.close();
    }
  }

  void callOff() {
    readable.complete(false);
  }
}
