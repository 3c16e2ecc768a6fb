package dev.hone.inference;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Who has texts to be made vectors, one text of each in turn, so that a long list keeps nobody from
 * a short one. {@link #step} and {@link #clear} belong to the engine's thread.
 */
final class EmbeddingLine {
  private static final Logger LOG = Logger.getLogger(EmbeddingLine.class);

  private final int capacity;

  /** Guards {@link #requests}. */
  private final ReentrantLock lock = new ReentrantLock();

  /** The first one's text is in the making. */
  private final ArrayDeque<EmbeddingRequest> requests = new ArrayDeque<>();

  EmbeddingLine(int capacity) {
    this.capacity = capacity;
  }

  /** Takes a request on, if there is a place. */
  boolean offer(EmbeddingRequest request) {
    lock.lock();
    try {
      return requests.size() < capacity && requests.add(request);
    } finally {
      lock.unlock();
    }
  }

  boolean remove(EmbeddingRequest request) {
    lock.lock();
    try {
      return requests.remove(request);
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return requests.size();
    } finally {
      lock.unlock();
    }
  }

  boolean idle() {
    return waiting() == 0;
  }

  /** Goes on with the text that is next; about as much as feeding so many tokens of a prompt. */
  void step(int work) {
    var first = first();
    if (first.isPresent() && (first.get().ended() || advance(first.get(), work))) {
      turn(first.get());
    }
  }

  private Optional<EmbeddingRequest> first() {
    lock.lock();
    try {
      return Optional.ofNullable(requests.peekFirst());
    } finally {
      lock.unlock();
    }
  }

  private static boolean advance(EmbeddingRequest request, int work) {
    try {
      return request.advance(work);
    } catch (RuntimeException e) { // the text is its request's own: others go on
      LOG.error("A text could not be made a vector; its request ends with that", e);
      request.fail(e);
      return true;
    }
  }

  /** Others are next. */
  private void turn(EmbeddingRequest request) {
    lock.lock();
    try {
      requests.remove(request);
      if (!request.ended()) {
        requests.addLast(request);
        return;
      }
    } finally {
      lock.unlock();
    }
    request.leave();
  }

  /** Ends all: the engine stops. */
  void clear() {
    List<EmbeddingRequest> all;
    lock.lock();
    try {
      all = List.copyOf(requests);
      requests.clear();
    } finally {
      lock.unlock();
    }
    for (EmbeddingRequest request : all) {
      request.fail(new EngineStoppedException());
      request.leave();
    }
  }
}
