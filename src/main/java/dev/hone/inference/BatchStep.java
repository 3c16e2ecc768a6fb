package dev.hone.inference;

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
  private final int[] endTokens;

  BatchStep(ModelRunner runner, int[] endTokens) {
    this.runner = runner;
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
   * One token for each that is decoded, and their shares for those that are not yet.
   *
   * @param shares prompt tokens at most; whoever is not in it waits
   * @param lanes everybody's
   */
  Outcome run(BatchSlots slots, Map<Sequence, Integer> shares, Map<Sequence, Lane> lanes) {
    var drawing = new ArrayList<>(slots.decoding());
    var fed = slots.prefilling().stream().filter(shares::containsKey).toList();
    if (drawing.isEmpty() && fed.isEmpty()) {
      return new Outcome(List.of(), List.of());
    }
    var runs = fed.stream().map(one -> one.run(slots.slotOf(one), shares.get(one))).toList();
    var logits =
        runner.step(
            drawing.stream().mapToInt(Sequence::last).toArray(),
            drawing.stream().mapToInt(Sequence::cached).toArray(),
            runs,
            Stream.concat(drawing.stream(), fed.stream())
                .mapToInt(sequence -> lanes.get(sequence).number())
                .toArray());
    drawing.forEach(sequence -> sequence.fed(1));
    for (int i = 0; i < runs.size(); i++) {
      fed.get(i).fed(runs.get(i).tokens().length);
    }
    var prefilled = fed.stream().filter(sequence -> sequence.unfed() == 0).toList();
    drawing.addAll(prefilled);
    return new Outcome(prefilled, drawing.isEmpty() ? List.of() : drawn(drawing, logits));
  }

  /** Draws a token for each row, and returns whose answer has ended. */
  private List<Sequence> drawn(List<Sequence> sequences, Logits logits) {
    var candidates =
        logits.candidates(sequences.stream().map(sequence -> sequence.shaping(endTokens)).toList());
    return IntStream.range(0, sequences.size())
        .filter(row -> !advance(sequences.get(row), candidates.get(row)))
        .mapToObj(sequences::get)
        .toList();
  }

  private boolean advance(Sequence sequence, Candidates candidates) {
    try {
      return sequence.advance(candidates, endTokens, runner.contextWindow());
    } catch (RuntimeException e) { // drawing is each answer's own: the others go on
      LOG.error("A token could not be drawn; its answer ends with that", e);
      sequence.fail(e);
      return false;
    }
  }
}
