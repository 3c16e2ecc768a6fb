package dev.hone.inference;

import dev.hone.model.CacheMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Who runs, and where: those that are decoded sit in the first slots, so that a batch is always
 * these, and those whose prompts are being fed in the slots after them, without a gap. Belongs to
 * the engine's thread, but for {@link #running}.
 */
final class BatchSlots {
  private final ModelRunner runner;
  private final List<Sequence> slots = new ArrayList<>();
  private int decoding;
  private volatile int running;

  BatchSlots(ModelRunner runner) {
    this.runner = runner;
  }

  /** Fed one token each, or a draft behind it, slots 0 to n - 1. */
  List<Sequence> decoding() {
    return List.copyOf(slots.subList(0, decoding));
  }

  /** Fed chunks, into the slots after those. */
  List<Sequence> prefilling() {
    return List.copyOf(slots.subList(decoding, slots.size()));
  }

  List<Sequence> all() {
    return List.copyOf(slots);
  }

  int slotOf(Sequence sequence) {
    return slots.indexOf(sequence);
  }

  int running() {
    return running;
  }

  /**
   * Gives a slot to a newcomer, if there is memory for it: room for what it has and for a block
   * more, so that it gets somewhere before memory may run out.
   */
  boolean admit(Sequence newcomer) {
    int wanted = Math.max(longest(this::comfortable), comfortable(newcomer));
    if (!runner.reserve(slots.size() + 1, wanted)) {
      return false;
    }
    slots.add(newcomer);
    running = slots.size();
    return true;
  }

  private int comfortable(Sequence sequence) {
    return Math.min(
        sequence.longest(runner.contextWindow()), sequence.length() + CacheMemory.BLOCK);
  }

  /** Makes room for what those who run feed next, if there is memory for it. */
  boolean reserve() {
    return slots.isEmpty() || runner.reserve(slots.size(), longest(Sequence::length));
  }

  /**
   * Makes room for drafts too, if there is memory for that.
   *
   * @param drafts of each that is decoded
   */
  boolean reserve(List<Draft> drafts) {
    int drafted =
        drafts.stream()
            .mapToInt(draft -> draft.sequence().length() + draft.length())
            .max()
            .orElse(0);
    return runner.reserve(slots.size(), Math.max(longest(Sequence::length), drafted));
  }

  private int longest(ToIntFunction<Sequence> length) {
    return slots.stream().mapToInt(length).max().orElse(0);
  }

  /** All its tokens are in its slot: from now on the sequence is decoded with the others. */
  void prefilled(Sequence sequence) {
    int slot = slotOf(sequence);
    if (slot != decoding) {
      int length = Math.max(sequence.cached(), slots.get(decoding).cached());
      runner.swap(decoding, slot, length);
      Collections.swap(slots, decoding, slot);
    }
    decoding++;
  }

  /**
   * Gives the slot of a sequence to the last one of its kind. Where the runner fails, everybody is
   * still where they were.
   */
  void remove(Sequence sequence) {
    int gap = slotOf(sequence);
    boolean decoded = gap < decoding;
    int lastOfKind = decoded ? decoding - 1 : gap;
    int last = slots.size() - 1;
    move(lastOfKind, gap);
    move(last, lastOfKind);
    slots.set(gap, slots.get(lastOfKind));
    slots.set(lastOfKind, slots.get(last));
    slots.removeLast();
    decoding -= decoded ? 1 : 0;
    running = slots.size();
  }

  private void move(int from, int to) {
    if (from != to) {
      runner.move(from, to, slots.get(from).cached());
    }
  }

  /** Empties every slot. */
  List<Sequence> clear() {
    var all = all();
    slots.clear();
    decoding = 0;
    running = 0;
    return all;
  }
}
