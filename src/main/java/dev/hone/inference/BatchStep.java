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

  /** Somebody for whom tokens are drawn, and how many at most. */
  private record Drawing(Sequence sequence, Draft draft) {}

  /**
   * One token for each that is decoded, or more where drafts come true, and their shares for those
   * that are not yet.
   *
   * @param shares prompt tokens at most; whoever is not in it waits
   * @param lanes everybody's
   */
  Outcome run(BatchSlots slots, Map<Sequence, Integer> shares, Map<Sequence, Lane> lanes) {
    long start = System.nanoTime();
    var decoding = slots.decoding();
    var fed = slots.prefilling().stream().filter(shares::containsKey).toList();
    if (decoding.isEmpty() && fed.isEmpty()) {
      return new Outcome(List.of(), List.of());
    }
    var drafts = speculator.drafts(slots, fed.isEmpty());
    var chunks = fed.stream().map(one -> one.run(slots.slotOf(one), shares.get(one))).toList();
    var logits =
        pass(decoding, drafts, chunks, Stream.concat(decoding.stream(), fed.stream()), lanes);
    decoding.forEach(sequence -> sequence.fed(1));
    for (int i = 0; i < chunks.size(); i++) {
      fed.get(i).fed(chunks.get(i).tokens().length);
    }
    var prefilled = fed.stream().filter(sequence -> sequence.unfed() == 0).toList();
    var drawing = new ArrayList<Drawing>();
    for (int i = 0; i < drafts.size(); i++) {
      drawing.add(new Drawing(decoding.get(i), drafts.get(i)));
    }
    prefilled.forEach(one -> drawing.add(new Drawing(one, one.undrafted(endTokens))));
    int before = tokens(decoding);
    var ended = drawing.isEmpty() ? List.<Sequence>of() : drawn(drawing, logits);
    double seconds = (System.nanoTime() - start) / 1e9;
    speculator.stepped(drafts, fed.isEmpty(), tokens(decoding) - before, seconds);
    return new Outcome(prefilled, ended);
  }

  /** Whoever sits behind the first that has a draft is fed a run too, if of one token. */
  private Logits pass(
      List<Sequence> decoding,
      List<Draft> drafts,
      List<PromptRun> chunks,
      Stream<Sequence> all,
      Map<Sequence, Lane> lanes) {
    int plain = (int) drafts.stream().takeWhile(Draft::none).count();
    var verified =
        IntStream.range(plain, decoding.size())
            .mapToObj(slot -> decoding.get(slot).run(slot, drafts.get(slot)));
    return runner.step(
        decoding.stream().limit(plain).mapToInt(Sequence::last).toArray(),
        decoding.stream().limit(plain).mapToInt(Sequence::cached).toArray(),
        Stream.concat(verified, chunks.stream()).toList(),
        all.mapToInt(sequence -> lanes.get(sequence).number()).toArray());
  }

  private static int tokens(List<Sequence> sequences) {
    return sequences.stream().mapToInt(Sequence::length).sum();
  }

  /** Draws from each row that a draft leads to, and returns whose answer has ended. */
  private List<Sequence> drawn(List<Drawing> drawing, Logits logits) {
    var candidates =
        logits.candidates(
            drawing.stream().flatMap(one -> one.draft().shapings().stream()).toList());
    var ended = new ArrayList<Sequence>();
    int row = 0;
    for (Drawing one : drawing) {
      int next = row + one.draft().rows();
      if (!advance(one, candidates.subList(row, next))) {
        ended.add(one.sequence());
      }
      row = next;
    }
    return ended;
  }

  private boolean advance(Drawing drawing, List<Candidates> rows) {
    var sequence = drawing.sequence();
    try {
      return sequence.advance(drawing.draft(), rows, endTokens, runner.contextWindow());
    } catch (RuntimeException e) { // drawing is each answer's own: the others go on
      LOG.error("A token could not be drawn; its answer ends with that", e);
      sequence.fail(e);
      return false;
    }
  }
}
