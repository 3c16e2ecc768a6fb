package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One call of a {@link PolicySampler}: the engine's batch, driven by the caller's thread. Everybody
 * waits before the first step and nobody comes later, so who is fed what in which step follows from
 * the prompts and answers alone. To be closed before its network.
 */
final class SamplingRun implements AutoCloseable {
  private static final String POLICY = "policy";

  /** Nobody waits for the next token, only for all of them. */
  private static final int CHUNK = 512;

  private static final Duration ENDLESS = Duration.ofDays(365);

  private final BlockPool pool;
  private final TorchRunner runner;
  private final int[] endTokens;
  private final PolicySampler.Bounds bounds;
  private final CachePlan cache;
  private final List<Draft> drafts = new ArrayList<>();
  private Optional<RuntimeException> failure = Optional.empty();
  private int ended;
  private long tokens;
  private long workNanos;

  SamplingRun(NDManager manager, Network policy, PolicySampler.Bounds bounds, int[] endTokens) {
    this.bounds = bounds;
    this.endTokens = endTokens.clone();
    this.cache = bounds.cache(policy.architecture());
    this.pool = new BlockPool(manager, policy.architecture(), cache.prefixes());
    var alone = new TorchVersions(manager, TorchRunner.Networks.all(policy));
    var memory = new CacheMemory(cache.slots());
    this.runner = new TorchRunner(manager, alone, bounds.batch(), memory, pool);
  }

  /** An answer in the making. */
  private final class Draft implements Consumer<TokenEvent> {
    private final Sequence sequence;
    private final List<TokenEvent.Token> drawn = new ArrayList<>();
    private boolean stopped;

    Draft(int[] prompt, SamplingParams params) {
      var request = new GenerationRequest(POLICY, prompt, params);
      this.sequence = new Sequence(request, this, TokenText.NONE);
    }

    @Override
    public void accept(TokenEvent event) {
      switch (event) {
        case TokenEvent.Token token -> {
          drawn.add(token);
          tokens++;
        }
        case TokenEvent.Finished end -> {
          stopped = end.reason() == FinishReason.STOP;
          ended++;
        }
        case TokenEvent.Failed failed -> failure = Optional.of(failed.cause());
      }
    }

    SampledAnswer answer() {
      float[] logProbs = new float[drawn.size()];
      for (int i = 0; i < logProbs.length; i++) {
        logProbs[i] = drawn.get(i).sampledLogprob();
      }
      return new SampledAnswer(
          drawn.stream().mapToInt(TokenEvent.Token::id).toArray(), logProbs, stopped);
    }
  }

  void add(int[] prompt, SamplingParams params) {
    drafts.add(new Draft(prompt, params));
  }

  /**
   * @return in the order in which they were added
   */
  List<SampledAnswer> toTheEnd(Consumer<SamplingProgress> watcher) {
    var scheduler = scheduler();
    while (!scheduler.idle()) {
      watcher.accept(progress());
      long start = System.nanoTime();
      scheduler.step(scheduler.schedule());
      workNanos += System.nanoTime() - start;
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
    watcher.accept(progress());
    return drafts.stream().map(Draft::answer).toList();
  }

  /** With everybody waiting. */
  private Scheduler scheduler() {
    var limits =
        new EngineLimits(
            drafts.size(), bounds.batch(), CHUNK, CHUNK, ENDLESS, cache, Speculation.OFF);
    var scheduler = new Scheduler(runner, endTokens, limits, new Pace(bounds.batch()));
    var stored = new LanePrefixes(runner, new PrefixTree(cache.prefixes()), new PrefixCounts());
    var lane = new Lane(POLICY, ModelRunner.BASE, stored);
    scheduler.open(lane);
    for (Draft draft : drafts) {
      var offer = scheduler.offer(lane, draft.sequence);
      assert offer == Scheduler.Offer.TAKEN : offer;
    }
    return scheduler;
  }

  private SamplingProgress progress() {
    return new SamplingProgress(ended, 0, drafts.size(), tokens, workNanos / 1e9);
  }

  @Override
  public void close() {
    runner.close();
    pool.close();
  }
}
