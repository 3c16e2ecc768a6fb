package dev.hone.api;

import dev.hone.chat.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Server-sent events to one client, from several threads. Waits for a client that is slow; once the
 * client has gone, all is cancelled and what comes after is for nobody.
 */
final class EventStream {
  static final String MEDIA_TYPE = "text/event-stream";

  private final OutputStream out;
  private final Cancellation cancellation;

  /** Guards the writing of one event and the field below. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean gone;

  EventStream(OutputStream out, Cancellation cancellation) {
    this.out = out;
    this.cancellation = cancellation;
  }

  void json(Object event) {
    data(Json.write(event));
  }

  void done() {
    data("[DONE]");
  }

  void data(String line) {
    lock.lock();
    try {
      if (!gone) {
        out.write(("data: " + line + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      gone = true;
      cancellation.cancel();
    } finally {
      lock.unlock();
    }
  }
}
