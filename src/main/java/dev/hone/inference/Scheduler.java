package dev.hone.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * Who waits and who runs. The first that waits goes next, even if a later one would fit sooner. The
 * sequence at index i of {@code decoding} sits in slot i; the one that is being prefilled, if any,
 * in the slot after them, so that a batch is always the first slots. {@link #offer} may be called
 * from any thread, the rest belongs to the engine's.
 */
final class Scheduler {
  private final ModelRunner runner;
  private final BlockingQueue<Sequence> waiting;
  private final List<Sequence> decoding = new ArrayList<>();
  private volatile Optional<Sequence> next = Optional.empty();
  private Optional<Sequence> prefilling = Optional.empty();
  private volatile int running;

  Scheduler(ModelRunner runner, int queueCapacity) {
    this.runner = runner;
    this.waiting = new ArrayBlockingQueue<>(queueCapacity);
  }

  /**
   * What the next step does.
   *
   * @param prefilling fed its next chunk, into the slot after the decoding ones
   * @param decoding fed one token each, slots 0 to n - 1
   */
  record Batch(Optional<Sequence> prefilling, List<Sequence> decoding) {}

  boolean offer(Sequence sequence) {
    return waiting.offer(sequence);
  }

  boolean withdraw(Sequence sequence) {
    return waiting.remove(sequence);
  }

  int waiting() {
    return waiting.size() + (next.isPresent() ? 1 : 0);
  }

  int running() {
    return running;
  }

  boolean idle() {
    return running == 0 && waiting() == 0;
  }

  /** Blocks until a sequence waits. */
  void awaitFirst() throws InterruptedException {
    next = Optional.of(waiting.take());
  }

  /** Drops what was cancelled and admits who fits. */
  Batch schedule() {
    endCancelled();
    if (prefilling.isEmpty() && decoding.size() < runner.slots()) {
      admit();
    }
    count();
    return new Batch(prefilling, List.copyOf(decoding));
  }

  private void admit() {
    next = next.or(() -> Optional.ofNullable(waiting.poll()));
    if (next.isPresent() && runner.reserve(decoding.size() + 1, longestWith(next.get()))) {
      prefilling = next;
      next = Optional.empty();
    }
  }

  private int longestWith(Sequence newcomer) {
    int window = runner.contextWindow();
    return decoding.stream()
        .mapToInt(sequence -> sequence.longest(window))
        .reduce(newcomer.longest(window), Math::max);
  }

  /** The prompt is in its slot: from now on the sequence is decoded with the others. */
  void prefilled() {
    decoding.add(prefilling.orElseThrow());
    prefilling = Optional.empty();
  }

  /** Gives the slot of a sequence that has ended to the last of the batch. */
  void remove(Sequence sequence) {
    if (prefilling.filter(sequence::equals).isPresent()) {
      prefilling = Optional.empty();
      count();
      return;
    }
    int slot = decoding.indexOf(sequence);
    Sequence lastOne = decoding.removeLast();
    if (lastOne != sequence) {
      runner.move(decoding.size(), slot, lastOne.cached());
      decoding.set(slot, lastOne);
    }
    prefilling.ifPresent(p -> runner.move(decoding.size() + 1, decoding.size(), p.cached()));
    count();
  }

  /** Empties everything, telling each sequence first. */
  void clear(Consumer<Sequence> tell) {
    var all = new ArrayList<>(decoding);
    prefilling.ifPresent(all::add);
    next.ifPresent(all::add);
    waiting.drainTo(all);
    decoding.clear();
    prefilling = Optional.empty();
    next = Optional.empty();
    count();
    all.forEach(tell);
  }

  private void endCancelled() {
    next = next.filter(sequence -> !endIfCancelled(sequence));
    waiting.removeIf(this::endIfCancelled);
    var all = new ArrayList<>(decoding);
    prefilling.ifPresent(all::add);
    all.stream().filter(this::endIfCancelled).forEach(this::remove);
  }

  private boolean endIfCancelled(Sequence sequence) {
    if (sequence.cancelled()) {
      sequence.finish(FinishReason.CANCELLED);
    }
    return sequence.cancelled();
  }

  private void count() {
    running = decoding.size() + (prefilling.isPresent() ? 1 : 0);
  }
}
