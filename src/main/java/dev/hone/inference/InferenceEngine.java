package dev.hone.inference;

import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Generates answers for many at once, by one or several versions of a base, on one platform thread
 * that alone touches their runner: native calls would pin virtual threads, and confinement needs no
 * locks. A step serves all versions that have work.
 */
public final class InferenceEngine implements Engine {
  private static final Logger LOG = Logger.getLogger(InferenceEngine.class);

  private final ModelRunner runner;
  private final Supplier<TokenText> texts;
  private final EngineLimits limits;
  private final Scheduler scheduler;
  private final Pace pace;
  private final PrefixTree prefixes;
  private final PrefixCounts prefixCounts = new PrefixCounts();
  private final EmbeddingLine embeddings;
  private final Thread thread;
  private volatile boolean draining;
  private volatile boolean abandoning;
  private volatile boolean stopped;

  /**
   * Starts the engine, which serves no version yet.
   *
   * @param runner closed by the engine when it stops
   * @param texts makes the incremental decoder of one answer
   * @param endTokens ids that end a turn; each is told to the listener as a token without text
   */
  public InferenceEngine(
      ModelRunner runner, Supplier<TokenText> texts, int[] endTokens, EngineLimits limits) {
    this.runner = runner;
    this.texts = texts;
    this.limits = limits;
    this.pace = new Pace(limits.maxBatch());
    this.scheduler = new Scheduler(runner, endTokens.clone(), limits, pace);
    this.prefixes = new PrefixTree(limits.cache().prefixes());
    this.embeddings = new EmbeddingLine(limits.queueCapacity());
    this.thread = Thread.ofPlatform().name("inference-engine").start(this::run);
  }

  /**
   * Serves a version from now on, beside those that are served already.
   *
   * @param number by which the runner knows it; the runner is told when the version has retired
   */
  public void open(String version, int number) {
    var stored = new LanePrefixes(runner, prefixes, prefixCounts);
    scheduler.open(new Lane(version, number, stored));
    if (stopped) {
      throw new EngineStoppedException();
    }
  }

  /** Takes no more requests for a version; those that it has are served to their end. */
  public void retire(String version) {
    retire(version, () -> {});
  }

  /**
   * The same.
   *
   * @param gone called once the runner has nothing of the version any more
   */
  void retire(String version, Runnable gone) {
    scheduler.retire(version, gone);
    LockSupport.unpark(thread);
  }

  @Override
  public Generation submit(GenerationRequest request, Consumer<TokenEvent> listener) {
    if (draining || stopped) {
      throw new EngineStoppedException();
    }
    Lane lane =
        scheduler
            .lane(request.version())
            .orElseThrow(() -> new UnknownModelException(request.version()));
    checkLength(request.prompt().length, runner.contextWindow());
    request.sampling().bias().checkTokens(runner.vocabulary());
    var sequence = new Sequence(request, listener, texts.get());
    switch (scheduler.offer(lane, sequence)) {
      case TAKEN -> LockSupport.unpark(thread);
      case QUEUE_FULL -> throw EngineBusyException.queueFull(pace.retryAfter(scheduler.waiting()));
      case LANE_RETIRED -> throw new UnknownModelException(request.version());
    }
    // The thread may have ended between the look at it and the offer.
    if (stopped && lane.waiting().remove(sequence)) {
      throw new EngineStoppedException();
    }
    return sequence;
  }

  @Override
  public CompletableFuture<List<float[]>> embed(String version, List<int[]> texts) {
    if (draining || stopped) {
      throw new EngineStoppedException();
    }
    Lane lane = scheduler.hold(version).orElseThrow(() -> new UnknownModelException(version));
    boolean taken = false;
    try {
      texts.forEach(text -> checkText(text.length, runner.contextWindow()));
      var request = new EmbeddingRequest(runner, lane, texts);
      taken = embeddings.offer(request);
      if (!taken) {
        throw EngineBusyException.queueFull(pace.retryAfter(embeddings.waiting()));
      }
      LockSupport.unpark(thread);
      // As in submit.
      if (stopped && embeddings.remove(request)) {
        taken = false;
        throw new EngineStoppedException();
      }
      return request.result();
    } finally {
      if (!taken) {
        lane.release();
        LockSupport.unpark(thread);
      }
    }
  }

  private static void checkText(int length, int window) {
    if (length == 0) {
      throw new IllegalArgumentException("a text is empty");
    }
    ContextLengthExceededException.checkText(length, window);
  }

  /** That a prompt can be answered at all. */
  static void checkLength(int prompt, int window) {
    if (prompt == 0) {
      throw new IllegalArgumentException("the prompt is empty");
    }
    if (prompt >= window) {
      throw new ContextLengthExceededException(prompt, window);
    }
  }

  @Override
  public int queued() {
    return scheduler.waiting();
  }

  @Override
  public int queued(Priority priority) {
    return scheduler.waiting(priority);
  }

  @Override
  public int running() {
    return scheduler.running();
  }

  @Override
  public long preemptions() {
    return scheduler.preemptions();
  }

  @Override
  public CacheUse cacheUse() {
    var plan = limits.cache();
    return new CacheUse(scheduler.blocks(), plan.slots(), prefixes.used(), plan.prefixes());
  }

  @Override
  public PrefixUse prefixUse() {
    return prefixCounts.soFar();
  }

  @Override
  public SpeculationUse speculationUse() {
    return scheduler.speculationUse();
  }

  public EngineLimits limits() {
    return limits;
  }

  @Override
  public void drain(Duration patience) {
    draining = true;
    LockSupport.unpark(thread);
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
      embeddings.clear();
      scheduler.clear(sequence -> sequence.fail(new EngineStoppedException()));
      runner.close();
    }
  }

  /** Blocks while there is nothing to do; false when there never will be. */
  private boolean awaitWork() {
    while (true) {
      // Asked for before the look at the work: all that was taken before it is seen then.
      boolean last = draining;
      if (!scheduler.idle() || !embeddings.idle()) {
        return true;
      }
      if (last) {
        return false;
      }
      LockSupport.park(this);
    }
  }

  private void step() {
    if (abandoning) {
      scheduler.clear(sequence -> sequence.finish(FinishReason.CANCELLED));
      embeddings.clear();
      return;
    }
    try {
      scheduler.step(scheduler.schedule());
    } catch (RuntimeException e) { // one pass serves all, so its failure is everybody's
      LOG.error("The runner failed; whoever waits or runs ends with it", e);
      scheduler.clear(sequence -> sequence.fail(e));
    }
    embeddings.step(scheduler.running() == 0 ? limits.prefillChunk() : limits.sharedPrefillChunk());
  }
}
