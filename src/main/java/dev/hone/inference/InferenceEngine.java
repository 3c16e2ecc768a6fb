package dev.hone.inference;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Generates answers for many at once, on one platform thread that alone touches the runner: native
 * calls would pin virtual threads, and confinement needs no locks.
 */
public final class InferenceEngine {
  private static final Logger LOG = Logger.getLogger(InferenceEngine.class);

  private final ModelRunner runner;
  private final Supplier<TokenText> texts;
  private final int[] endTokens;
  private final EngineLimits limits;
  private final Scheduler scheduler;
  private final Pace pace;
  private final Thread thread;
  private volatile boolean draining;
  private volatile boolean abandoning;
  private volatile boolean stopped;

  /**
   * Starts the engine, which closes the runner when it stops.
   *
   * @param texts makes the incremental decoder of one answer
   * @param endTokens ids that end a turn; each is told to the listener as a token without text
   */
  public InferenceEngine(
      ModelRunner runner, Supplier<TokenText> texts, int[] endTokens, EngineLimits limits) {
    this.runner = runner;
    this.texts = texts;
    this.endTokens = endTokens.clone();
    this.limits = limits;
    this.scheduler = new Scheduler(runner, limits.queueCapacity());
    this.pace = new Pace(runner.slots());
    this.thread = Thread.ofPlatform().name("inference-engine").start(this::run);
  }

  /**
   * Takes a request on.
   *
   * @param listener called on the engine's thread in the order of {@link TokenEvent}; must not
   *     block
   * @throws EngineBusyException when the queue is full
   * @throws ContextLengthExceededException when the prompt fills the window
   * @throws EngineStoppedException when the engine drains or has stopped
   */
  public Generation submit(GenerationRequest request, Consumer<TokenEvent> listener) {
    int length = request.prompt().length;
    if (length == 0) {
      throw new IllegalArgumentException("the prompt is empty");
    }
    if (length >= runner.contextWindow()) {
      throw new ContextLengthExceededException(length, runner.contextWindow());
    }
    var sequence = new Sequence(request, listener, texts.get());
    if (draining || stopped) {
      throw new EngineStoppedException();
    }
    if (!scheduler.offer(sequence)) {
      throw new EngineBusyException(pace.retryAfter(scheduler.waiting()));
    }
    // The thread may have ended between the look at it and the offer.
    if (stopped && scheduler.withdraw(sequence)) {
      throw new EngineStoppedException();
    }
    return sequence;
  }

  /** Sequences that wait for a slot. */
  public int queued() {
    return scheduler.waiting();
  }

  /** Sequences in the batch. */
  public int running() {
    return scheduler.running();
  }

  /**
   * Takes nothing on any more, finishes what it can within the given time, cancels the rest and
   * stops. Returns when the runner is closed.
   */
  public void drain(Duration patience) {
    draining = true;
    thread.interrupt();
    try {
      if (!thread.join(patience)) {
        abandoning = true;
        thread.join();
      }
    } catch (InterruptedException e) {
      abandoning = true;
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (awaitWork()) {
        step();
      }
    } finally {
      stopped = true;
      scheduler.clear(sequence -> sequence.fail(new EngineStoppedException()));
      runner.close();
    }
  }

  /** Blocks while there is nothing to do; false when there never will be. */
  private boolean awaitWork() {
    while (scheduler.idle()) {
      if (draining) {
        return false;
      }
      try {
        scheduler.awaitFirst();
      } catch (InterruptedException e) {
        LOG.debug("Woken up to drain", e);
      }
    }
    return true;
  }

  private void step() {
    try {
      if (abandoning) {
        scheduler.clear(sequence -> sequence.finish(FinishReason.CANCELLED));
        return;
      }
      var batch = scheduler.schedule();
      var logits = forward(batch);
      postprocess(batch, logits);
    } catch (RuntimeException e) {
      LOG.error("The runner failed; every request that waits or runs ends with it", e);
      scheduler.clear(sequence -> sequence.fail(e));
    }
  }

  /**
   * @param prefill after the last token of a chunk, [vocabulary], or empty
   * @param decode [decoding, vocabulary] row by row, or empty
   */
  private record Logits(float[] prefill, float[] decode) {
    static final float[] NONE = {};
  }

  private Logits forward(Scheduler.Batch batch) {
    var decoding = batch.decoding();
    float[] decode = Logits.NONE;
    if (!decoding.isEmpty()) {
      decode =
          runner.decode(
              decoding.stream().mapToInt(Sequence::last).toArray(),
              decoding.stream().mapToInt(Sequence::cached).toArray());
      decoding.forEach(sequence -> sequence.fed(1));
    }
    float[] prefill = Logits.NONE;
    if (batch.prefilling().isPresent()) {
      var sequence = batch.prefilling().get();
      int[] chunk =
          sequence.chunk(decoding.isEmpty() ? limits.prefillChunk() : limits.sharedPrefillChunk());
      prefill = runner.prefill(decoding.size(), sequence.cached(), chunk);
      sequence.fed(chunk.length);
    }
    return new Logits(prefill, decode);
  }

  /** Draws for everyone before any slot moves, since rows are slots. */
  private void postprocess(Scheduler.Batch batch, Logits logits) {
    var ended =
        IntStream.range(0, batch.decoding().size())
            .filter(row -> !advance(batch.decoding().get(row), logits.decode(), row))
            .mapToObj(batch.decoding()::get)
            .toList();
    batch
        .prefilling()
        .filter(Sequence::prefilled)
        .ifPresent(
            sequence -> {
              scheduler.prefilled();
              if (!advance(sequence, logits.prefill(), 0)) {
                end(sequence);
              }
            });
    ended.forEach(this::end);
  }

  private boolean advance(Sequence sequence, float[] logits, int row) {
    int vocabulary = runner.vocabulary();
    return sequence.advance(
        logits, row * vocabulary, vocabulary, endTokens, runner.contextWindow());
  }

  private void end(Sequence sequence) {
    pace.ended(System.nanoTime() - sequence.submittedNanos(), TimeUnit.NANOSECONDS);
    scheduler.remove(sequence);
  }
}
