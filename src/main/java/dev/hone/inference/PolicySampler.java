package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.Architecture;
import dev.hone.model.CacheMemory;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Samples from a policy in training, on the thread that trains it. The base is packed once; the
 * adapter as it is at the moment is applied beside it, so that an update costs a copy of its
 * matrices and packs nothing anew.
 *
 * <p>The batch is the engine's, but every call begins with an empty cache, lets its prompts in in
 * their order and looks at no clock: the same weights, prompts and seeds give the same tokens to
 * the bit, whatever was sampled before and however fast the machine was.
 */
public final class PolicySampler implements AutoCloseable {
  private final NDManager manager;
  private final Network base;
  private final Bounds bounds;
  private Optional<Network> adapted = Optional.empty();

  /**
   * @param batch sequences at once
   * @param window tokens of a prompt and its answer together, at most the model's own
   * @param cacheBytes of keys and values at most, while there are any
   */
  public record Bounds(int batch, int window, long cacheBytes) {
    public Bounds {
      if (batch < 1 || window < 2) {
        throw new IllegalArgumentException(
            "a batch of at least 1 and a window of at least 2 are wanted, were %d and %d"
                .formatted(batch, window));
      }
    }

    /** With memory for a whole batch of whole windows, and a third as much for beginnings. */
    public static Bounds ample(int batch, int window, Architecture net) {
      long blocks = (long) batch * CacheMemory.blocksOf(window);
      long bytes = blocks * CacheMemory.BLOCK * net.cacheBytesPerToken();
      return new Bounds(batch, window, bytes + Math.ceilDiv(bytes, 3));
    }

    CachePlan cache(Architecture net) {
      if (CacheMemory.blocksIn(cacheBytes, net) < CacheMemory.blocksOf(window)) {
        throw new IllegalArgumentException(
            "%d bytes of keys and values are less than a window of %d tokens takes"
                .formatted(cacheBytes, window));
      }
      return CachePlan.of(cacheBytes, net, window, true);
    }
  }

  /**
   * How all answers of a call are drawn: from every token there is, without penalties.
   *
   * @param temperature divides the logits; 0 means greedy
   * @param maxNewTokens of an answer, at least 1
   * @param endTokens that end an answer
   */
  public record Drawing(double temperature, int maxNewTokens, int[] endTokens) {
    SamplingParams params(long seed) {
      return new SamplingParams(temperature, 1, 0, seed, maxNewTokens, List.of());
    }
  }

  /**
   * The policy is the base until {@link #use} says otherwise.
   *
   * @param parent of all that this holds
   * @param folder of the base
   * @param precision of the base's linear layers, as {@link RolloutPrecision} chooses it
   * @throws IllegalArgumentException when the memory holds less than one window
   */
  public PolicySampler(NDManager parent, Path folder, Precision precision, Bounds bounds) {
    bounds.cache(Architecture.load(folder));
    this.bounds = bounds;
    this.manager = parent.newSubManager();
    boolean loaded = false;
    try {
      this.base = Network.load(manager, folder, precision, bounds.window(), Optional.empty());
      loaded = true;
    } finally {
      if (!loaded) {
        manager.close();
      }
    }
  }

  /** Memory that one takes at most, beside its policy's matrices. */
  public static long bytes(Architecture net, Precision precision, Bounds bounds) {
    long embedding = (long) net.vocabulary() * net.hidden() * Float.BYTES;
    long logits = 2L * bounds.batch() * net.vocabulary() * Float.BYTES;
    return precision.weightBytes(net) + embedding + bounds.cacheBytes() + logits;
  }

  /**
   * Samples from this policy from now on.
   *
   * @param policy over the base, copied as it is now; none for the base itself
   */
  public void use(Optional<LoraAdapter> policy) {
    var next = policy.map(adapter -> withoutGradients(() -> base.adapted(Optional.of(adapter))));
    release();
    adapted = next;
  }

  /**
   * Answers to all prompts, in their order. Where several begin alike, the beginning is computed
   * once.
   *
   * @param prompts token ids, each [1 up to the window less 1]
   * @param seeds of the answers, [prompts]
   * @param watcher told before each step and after the last; may take its time, and what it throws
   *     ends the sampling
   * @throws ContextLengthExceededException when a prompt leaves no room for an answer
   * @throws IllegalStateException when the policy's logits are not finite any more
   */
  public List<SampledAnswer> sample(
      List<int[]> prompts, long[] seeds, Drawing drawing, Consumer<SamplingProgress> watcher) {
    if (prompts.size() != seeds.length) {
      throw new IllegalArgumentException(
          "%d prompts have %d seeds".formatted(prompts.size(), seeds.length));
    }
    prompts.forEach(prompt -> InferenceEngine.checkLength(prompt.length, bounds.window()));
    if (prompts.isEmpty()) {
      return List.of();
    }
    Network policy = adapted.orElse(base);
    return withoutGradients(
        () -> {
          try (var run = new SamplingRun(manager, policy, bounds, drawing.endTokens())) {
            for (int i = 0; i < seeds.length; i++) {
              run.add(prompts.get(i), drawing.params(seeds[i]));
            }
            return run.toTheEnd(watcher);
          }
        });
  }

  /** The thread trains too: what is computed here must neither be recorded nor change its mode. */
  private static <T> T withoutGradients(Supplier<T> work) {
    boolean mode = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(mode);
    }
  }

  private void release() {
    adapted.ifPresent(Network::close);
    adapted = Optional.empty();
  }

  /** Native arrays held at the moment, for tests: it stays the same. */
  public int openResources() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    release();
    base.close();
    manager.close();
  }
}
