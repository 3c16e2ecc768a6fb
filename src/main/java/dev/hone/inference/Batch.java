package dev.hone.inference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that run, of whatever versions, in the slots of one runner. Belongs to the engine's thread,
 * but for the counts. Whatever throws leaves nothing in the slots that may be trusted.
 */
final class Batch {
  private final ModelRunner runner;
  private final int most;
  private final Pace pace;
  private final BatchSlots slots;
  private final BatchStep step;

  /** Of each that has a slot. */
  private final Map<Sequence, Lane> lanes = new HashMap<>();

  /**
   * @param most sequences at once, if the runner has slots for them
   */
  Batch(ModelRunner runner, int[] endTokens, int most, Pace pace, Speculator speculator) {
    this.runner = runner;
    this.most = Math.min(most, runner.slots());
    this.pace = pace;
    this.slots = new BatchSlots(runner);
    this.step = new BatchStep(runner, speculator, endTokens);
  }

  /** From any thread. */
  int running() {
    return slots.running();
  }

  /** Blocks of memory that the slots take. From any thread. */
  int blocks() {
    return runner.blocks();
  }

  boolean full() {
    return slots.running() >= most;
  }

  /** How many are decoded. */
  int decoding() {
    return slots.decoding().size();
  }

  List<Sequence> prefilling() {
    return slots.prefilling();
  }

  /** All that have a slot. */
  Stream<Sequence> sequences() {
    return slots.all().stream();
  }

  /** Those of a lane, whose prompts are being fed. */
  private List<Sequence> prefilling(Lane lane) {
    return slots.prefilling().stream().filter(one -> lanes.get(one) == lane).toList();
  }

  /** Who of a lane is let in next. */
  Optional<Sequence> next(Lane lane, Priority priority) {
    return lane.next(priority, prefilling(lane));
  }

  /** Lets somebody who waits in, if there is memory for it. */
  boolean admit(Lane lane, Sequence sequence, long number) {
    if (!slots.admit(sequence)) {
      return false;
    }
    lanes.put(sequence, lane);
    lane.admitted(sequence, number, slots.slotOf(sequence));
    return true;
  }

  /** Makes room for what those who run feed next; false when there is no memory for that. */
  boolean reserve() {
    return slots.reserve();
  }

  /** Takes the slot away from one that runs; it goes on later, before others of its class. */
  void preempt(Sequence sequence) {
    Lane lane = lanes.get(sequence);
    leave(sequence);
    sequence.preempted();
    lane.waiting().addFirst(sequence);
  }

  void endCancelled() {
    slots.all().stream().filter(Sequence::endIfCancelled).forEach(this::leave);
  }

  /**
   * One token or more for each that is decoded, and their shares for those that are not yet.
   *
   * @param shares prompt tokens at most; whoever is not in it waits
   */
  void step(Map<Sequence, Integer> shares) {
    var outcome = step.run(slots, shares, lanes);
    outcome.prefilled().forEach(this::prefilled);
    outcome.ended().forEach(this::end);
  }

  private void prefilled(Sequence sequence) {
    lanes.get(sequence).prefixes().keep(sequence, slots.slotOf(sequence));
    slots.prefilled(sequence);
  }

  private void end(Sequence sequence) {
    pace.ended(sequence);
    leave(sequence);
  }

  private void leave(Sequence sequence) {
    lanes.get(sequence).left(sequence, slots.slotOf(sequence));
    slots.remove(sequence);
    lanes.remove(sequence);
  }

  /** Empties every slot. */
  List<Sequence> clear() {
    lanes.clear();
    return slots.clear();
  }
}
