package dev.hone.api;

import dev.hone.chat.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Server-sent events to one client, from several threads. Waits for a client that is slow; once the
 * client has gone, all is cancelled and what comes after is for nobody. In long silences it sends
 * comments, or proxies and clients would take the connection for dead.
 */
final class EventStream implements AutoCloseable {
  static final String MEDIA_TYPE = "text/event-stream";

  private static final String COMMENT = ": keep-alive\n\n";

  private final String request;
  private final OutputStream out;
  private final Cancellation cancellation;

  /** Guards the writing of one event and the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition end = lock.newCondition();
  private long writtenNanos = System.nanoTime();
  private boolean gone;
  private boolean closed;

  /**
   * @param request its name, for failures
   * @param silence after which a comment is sent
   */
  EventStream(String request, OutputStream out, Cancellation cancellation, Duration silence) {
    this.request = request;
    this.out = out;
    this.cancellation = cancellation;
    Thread.ofVirtual().name("keep-alive").start(() -> keepAlive(silence.toNanos()));
  }

  void json(Object event) {
    data(Json.write(event));
  }

  void done() {
    data("[DONE]");
  }

  /** With the name of its kind in a line of its own. */
  void named(String name, Object event) {
    write("event: " + name + "\ndata: " + Json.write(event) + "\n\n");
  }

  void data(String line) {
    write("data: " + line + "\n\n");
  }

  /** What the client is told of a failure once the stream has begun. */
  Failure failure(Throwable thrown) {
    return Failures.of(thrown, request);
  }

  /** OpenAI's way to tell it. */
  void error(Throwable thrown) {
    data(ErrorBody.openAi(failure(thrown)).encode());
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      end.signal();
    } finally {
      lock.unlock();
    }
  }

  private void write(String text) {
    lock.lock();
    try {
      if (!gone) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      gone = true;
      cancellation.cancel();
    } finally {
      writtenNanos = System.nanoTime();
      lock.unlock();
    }
  }

  private void keepAlive(long silenceNanos) {
    lock.lock();
    try {
      while (!closed && !gone) {
        long left = silenceNanos - (System.nanoTime() - writtenNanos);
        if (left > 0) {
          end.awaitNanos(left);
        } else {
          write(COMMENT);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
