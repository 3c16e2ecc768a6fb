package dev.hone.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who runs in a lane, and where. The sequence at index i of {@code decoding} sits in slot i; the
 * one that is being prefilled, if any, in the slot after them, so that a batch is always the first
 * slots. Belongs to the engine's thread, but for {@link #running}.
 */
final class LaneSlots {
  private final ModelRunner runner;
  private final List<Sequence> decoding = new ArrayList<>();
  private Optional<Sequence> prefilling = Optional.empty();
  private volatile int running;

  LaneSlots(ModelRunner runner) {
    this.runner = runner;
  }

  /** Fed one token each, slots 0 to n - 1. */
  List<Sequence> decoding() {
    return List.copyOf(decoding);
  }

  /** Fed its next chunk, into the slot after the decoding ones. */
  Optional<Sequence> prefilling() {
    return prefilling;
  }

  int running() {
    return running;
  }

  /** Gives a slot to a newcomer, if there is one and memory for it. */
  boolean admit(Sequence newcomer) {
    int slots = decoding.size() + 1;
    if (prefilling.isPresent()
        || slots > runner.slots()
        || !runner.reserve(slots, longest(newcomer))) {
      return false;
    }
    prefilling = Optional.of(newcomer);
    count();
    return true;
  }

  /** Keeps no more memory than those who run may need. */
  void trim() {
    runner.trim(running, all().stream().mapToInt(this::longest).max().orElse(0));
  }

  private int longest(Sequence newcomer) {
    int window = runner.contextWindow();
    return all().stream()
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

  /** Empties every slot. */
  List<Sequence> clear() {
    var all = all();
    decoding.clear();
    prefilling = Optional.empty();
    count();
    return all;
  }

  List<Sequence> all() {
    var all = new ArrayList<>(decoding);
    prefilling.ifPresent(all::add);
    return all;
  }

  private void count() {
    running = decoding.size() + (prefilling.isPresent() ? 1 : 0);
  }
}
