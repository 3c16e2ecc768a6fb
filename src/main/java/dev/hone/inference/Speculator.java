package dev.hone.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * Who drafts what in a step. What is drafted takes no memory from anybody: it is dropped where
 * there is none left. Belongs to the engine's thread, but for {@link #use}.
 */
final class Speculator {
  /** Beyond that many a pass takes longer the more rows it has, even where they are cheap. */
  private static final int MOST_ROWS = 32;

  private final Speculation mode;
  private final int window;
  private final int[] endTokens;
  private final SpeculationPace pace = new SpeculationPace();
  private volatile SpeculationUse use = new SpeculationUse(0, 0, 0);

  Speculator(Speculation mode, int window, int[] endTokens) {
    this.mode = mode;
    this.window = window;
    this.endTokens = endTokens;
  }

  /**
   * One for each that is decoded.
   *
   * @param alone whether no prompt is fed in the same step
   */
  List<Draft> drafts(BatchSlots slots, boolean alone) {
    var decoding = slots.decoding();
    if (!speculates(decoding.size(), alone)) {
      return undrafted(decoding);
    }
    var drafts = new ArrayList<Draft>();
    int left = MOST_ROWS - decoding.size();
    for (Sequence sequence : decoding) {
      drafts.add(sequence.draft(left, endTokens, window));
      left -= drafts.getLast().length();
    }
    return slots.reserve(drafts) ? drafts : undrafted(decoding);
  }

  private List<Draft> undrafted(List<Sequence> sequences) {
    return sequences.stream().map(sequence -> sequence.undrafted(endTokens)).toList();
  }

  private boolean speculates(int sequences, boolean alone) {
    if (sequences == 0 || sequences >= MOST_ROWS) {
      return false;
    }
    return switch (mode) {
      case OFF -> false;
      case ALWAYS -> true;
      // The prompt's share of the time would be taken for the drafts'.
      case AUTO -> alone ? pace.tries(sequences) : pace.pays(sequences);
    };
  }

  /**
   * Learns from a step.
   *
   * @param tokens drawn for those that drafted
   */
  void stepped(List<Draft> drafts, boolean alone, int tokens, double seconds) {
    if (drafts.isEmpty()) {
      return;
    }
    int drafted = drafts.stream().mapToInt(Draft::length).sum();
    if (alone) {
      pace.stepped(drafts.size(), drafted > 0, tokens, seconds);
    }
    if (drafted > 0) {
      int accepted = Math.max(0, tokens - drafts.size());
      use = new SpeculationUse(use.steps() + 1, use.drafted() + drafted, use.accepted() + accepted);
    }
  }

  /** From any thread. */
  SpeculationUse use() {
    return use;
  }
}
