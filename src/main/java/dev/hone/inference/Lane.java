package dev.hone.inference;

import dev.hone.model.PromptRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * One version while it is served: its runner, who waits and who runs. {@link #enqueue}, {@link
 * #withdraw}, {@link #retire} and the counts may be used from any thread, the rest belongs to the
 * engine's.
 */
final class Lane {
  private static final Logger LOG = Logger.getLogger(Lane.class);

  private final String version;
  private final ModelRunner runner;
  private final int[] endTokens;
  private final Pace pace;
  private final LinkedBlockingQueue<Sequence> waiting = new LinkedBlockingQueue<>();
  private final LaneSlots slots;
  private volatile boolean retired;
  private long lastAdmission;

  Lane(String version, ModelRunner runner, int[] endTokens, Pace pace) {
    this.version = version;
    this.runner = runner;
    this.endTokens = endTokens;
    this.pace = pace;
    this.slots = new LaneSlots(runner);
  }

  String version() {
    return version;
  }

  int contextWindow() {
    return runner.contextWindow();
  }

  int vocabulary() {
    return runner.vocabulary();
  }

  void enqueue(Sequence sequence) {
    waiting.add(sequence);
  }

  boolean withdraw(Sequence sequence) {
    return waiting.remove(sequence);
  }

  int waiting() {
    return waiting.size();
  }

  int running() {
    return slots.running();
  }

  /** Nobody comes any more; who is here is served to the end. */
  void retire() {
    retired = true;
  }

  boolean finished() {
    return retired && waiting.isEmpty() && running() == 0;
  }

  boolean decodes() {
    return !slots.decoding().isEmpty();
  }

  boolean prefills() {
    return slots.prefilling().isPresent();
  }

  boolean wantsSlot() {
    return !waiting.isEmpty() && running() < runner.slots();
  }

  /** Number of the last admission; the lane with the smallest is next. */
  long lastAdmission() {
    return lastAdmission;
  }

  /** Lets the first that waits in, if there is room for it. */
  boolean admit(long admission) {
    Sequence first = waiting.peek();
    // Only the engine's thread and a withdrawal at the engine's end take from the queue.
    if (first == null || !slots.admit(first)) {
      return false;
    }
    waiting.remove(first);
    lastAdmission = admission;
    return true;
  }

  void trim() {
    slots.trim();
  }

  /**
   * Does something to this lane.
   *
   * @return false if it failed: every request in this lane has ended with that error
   */
  boolean attempt(Runnable work) {
    try {
      work.run();
      return true;
    } catch (RuntimeException e) {
      LOG.errorf(e, "The runner of %s failed; whoever waits for it or runs ends with it", version);
      clear(sequence -> sequence.fail(e));
      return false;
    }
  }

  /** Empties everything, telling each sequence. */
  void clear(Consumer<Sequence> tell) {
    var all = new ArrayList<>(slots.clear());
    waiting.drainTo(all);
    all.forEach(tell);
  }

  void endCancelled() {
    waiting.removeIf(Lane::endIfCancelled);
    slots.all().stream().filter(Lane::endIfCancelled).forEach(slots::remove);
  }

  private static boolean endIfCancelled(Sequence sequence) {
    if (sequence.cancelled()) {
      sequence.finish(FinishReason.CANCELLED);
    }
    return sequence.cancelled();
  }

  /**
   * One token for each that decodes, one chunk of the prompt for the one that does not yet.
   *
   * @param prefillChunk tokens at most
   */
  void step(int prefillChunk) {
    var drawing = new ArrayList<>(slots.decoding());
    var run = slots.prefilling().map(sequence -> run(drawing.size(), sequence, prefillChunk));
    var logits =
        runner.step(
            drawing.stream().mapToInt(Sequence::last).toArray(),
            drawing.stream().mapToInt(Sequence::cached).toArray(),
            run.stream().toList());
    drawing.forEach(sequence -> sequence.fed(1));
    run.ifPresent(part -> fed(part, drawing));
    if (!drawing.isEmpty()) {
      // Draws for everyone before any slot moves, since rows are slots.
      drawn(drawing, logits).forEach(this::end);
    }
  }

  private static PromptRun run(int slot, Sequence sequence, int most) {
    int[] chunk = sequence.chunk(most);
    return new PromptRun(slot, sequence.cached(), chunk, sequence.endsWith(chunk));
  }

  /** Whose prompt is in draws its first token with the others. */
  private void fed(PromptRun run, List<Sequence> drawing) {
    Sequence sequence = slots.prefilling().orElseThrow();
    sequence.fed(run.tokens().length);
    if (run.last()) {
      slots.prefilled();
      drawing.add(sequence);
    }
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
      LOG.errorf(e, "A token of %s could not be drawn; its answer ends with that", version);
      sequence.fail(e);
      return false;
    }
  }

  private void end(Sequence sequence) {
    pace.ended(sequence);
    slots.remove(sequence);
  }

  void close() {
    runner.close();
  }
}
