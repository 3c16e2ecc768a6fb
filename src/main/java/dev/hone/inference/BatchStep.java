package dev.hone.inference;

import dev.hone.model.PromptRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What the runner does in a step: feeds everybody in one pass, whatever their versions, and draws
 * for whoever is fed whole.
 */
final class BatchStep {
  private static final Logger LOG = Logger.getLogger(BatchStep.class);

  private final ModelRunner runner;
  private final Speculator speculator;
  private final int[] endTokens;

  BatchStep(ModelRunner runner, Speculator speculator, int[] endTokens) {
    this.runner = runner;
    this.speculator = speculator;
    this.endTokens = endTokens;
  }

  /**
   * What has to be done about the slots afterwards.
   *
   * @param prefilled who is decoded from now on
   * @param ended whose answer has ended, which may be one of those
   */
  record Outcome(List<Sequence> prefilled, List<Sequence> ended) {}

  /**
   * One token for each that is decoded, or more where drafts come true, and their shares for those
   * that are not yet.
   *
   * @param shares prompt tokens at most; whoever is not in it waits
   * @param lanes everybody's
   */
  Outcome run(BatchSlots slots, Map<Sequence, Integer> shares, Map<Sequence, Lane> lanes) {
    long start = System.nanoTime();
    var fed = slots.prefilling().stream().filter(shares::containsKey).toList();
    var drafts = speculator.drafts(slots, fed.isEmpty());
    if (drafts.isEmpty() && fed.isEmpty()) {
      return new Outcome(List.of(), List.of());
    }
    var chunks = fed.stream().map(one -> one.run(slots.slotOf(one), shares.get(one))).toList();
    var logits = pass(drafts, chunks, versions(drafts, fed, lanes));
    drafts.forEach(draft -> draft.sequence().fed(1));
    for (int i = 0; i < chunks.size(); i++) {
      fed.get(i).fed(chunks.get(i).tokens().length);
    }
    var prefilled = fed.stream().filter(sequence -> sequence.unfed() == 0).toList();
    var first = prefilled.stream().map(sequence -> sequence.undrafted(endTokens));
    int before = tokens(drafts);
    var ended = drawn(Stream.concat(drafts.stream(), first).toList(), logits);
    double seconds = (System.nanoTime() - start) / 1e9;
    speculator.stepped(drafts, fed.isEmpty(), tokens(drafts) - before, seconds);
    return new Outcome(prefilled, ended);
  }

  /** Whoever sits behind the first that has a draft is fed a run too, if of one token. */
  private Logits pass(List<Draft> drafts, List<PromptRun> chunks, int[] versions) {
    int plain = (int) drafts.stream().takeWhile(Draft::none).count();
    var decoding = drafts.stream().limit(plain).map(Draft::sequence).toList();
    var verified =
        IntStream.range(plain, drafts.size()).mapToObj(slot -> drafts.get(slot).run(slot));
    return runner.step(
        decoding.stream().mapToInt(Sequence::last).toArray(),
        decoding.stream().mapToInt(Sequence::cached).toArray(),
        Stream.concat(verified, chunks.stream()).toList(),
        versions);
  }

  private static int[] versions(List<Draft> drafts, List<Sequence> fed, Map<Sequence, Lane> lanes) {
    return Stream.concat(drafts.stream().map(Draft::sequence), fed.stream())
        .mapToInt(sequence -> lanes.get(sequence).number())
        .toArray();
  }

  private static int tokens(List<Draft> drafts) {
    return drafts.stream().mapToInt(draft -> draft.sequence().length()).sum();
  }

  /** Draws from each row that a draft leads to, and returns whose answer has ended. */
  private List<Sequence> drawn(List<Draft> drafts, Logits logits) {
    var ended = new ArrayList<Sequence>();
    if (drafts.isEmpty()) {
      return ended;
    }
    var candidates =
        logits.candidates(drafts.stream().flatMap(draft -> draft.shapings().stream()).toList());
    int row = 0;
    for (Draft draft : drafts) {
      int next = row + draft.rows();
      if (!advance(draft, candidates.subList(row, next))) {
        ended.add(draft.sequence());
      }
      row = next;
    }
    return ended;
  }

  private boolean advance(Draft draft, List<Candidates> rows) {
    var sequence = draft.sequence();
    try {
      return sequence.advance(draft, rows, endTokens, runner.contextWindow());
    } catch (RuntimeException e) { // drawing is each answer's own: the others go on
      LOG.error("A token could not be drawn; its answer ends with that", e);
      sequence.fail(e);
      return false;
    }
  }
}
