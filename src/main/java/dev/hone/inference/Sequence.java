package dev.hone.inference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * One answer in the making. All but {@link #cancel()} belongs to the engine's thread.
 *
 * <p>The token drawn last is not in the cache yet; it is what the next decode step feeds.
 */
final class Sequence implements Generation {
  private static final Logger LOG = Logger.getLogger(Sequence.class);

  private final GenerationRequest request;
  private final Consumer<TokenEvent> listener;
  private final TokenText text;
  private final StopStrings stops;
  private final RandomGenerator random;
  private final Steering steering;

  /** How often the answer has each token that it has. */
  private final Map<Integer, Integer> counts = new HashMap<>();

  /** Tokens of prompt and answer; empty where nobody asks for them. */
  private final Set<Integer> said = new HashSet<>();

  private final long submittedNanos = System.nanoTime();
  private volatile boolean cancelled;
  private int cached;
  private int generated;
  private int last;

  Sequence(GenerationRequest request, Consumer<TokenEvent> listener, TokenText text) {
    this.request = request;
    this.listener = listener;
    this.text = text;
    this.stops = new StopStrings(request.sampling().stop());
    this.random = new SplittableRandom(request.sampling().seed());
    this.steering = new Steering(request.sampling().constraint());
    if (asksForRepetition()) {
      Arrays.stream(request.prompt()).forEach(said::add);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  boolean cancelled() {
    return cancelled;
  }

  /** Positions its slot will hold at most. */
  int longest(int window) {
    long most = (long) request.prompt().length + request.sampling().maxNewTokens();
    return (int) Math.min(window, most);
  }

  /** Positions held by its slot. */
  int cached() {
    return cached;
  }

  /** The token that the next decode step feeds. */
  int last() {
    return last;
  }

  long submittedNanos() {
    return submittedNanos;
  }

  /** Whether the prompt is in once its next chunk is. */
  boolean endsWith(int[] chunk) {
    return cached + chunk.length == request.prompt().length;
  }

  /** The next part of the prompt, at most {@code most} tokens. */
  int[] chunk(int most) {
    int end = Math.min(cached + most, request.prompt().length);
    return Arrays.copyOfRange(request.prompt(), cached, end);
  }

  /** Notes that the runner has taken tokens into the slot. */
  void fed(int tokens) {
    cached += tokens;
  }

  /** What the next token's logits go through. */
  Shaping shaping(int[] endTokens) {
    var sampling = request.sampling();
    return new Shaping(
        sampling.temperature(),
        steering.possible(sampling.bias().edits(said, counts, generated, endTokens)),
        steering.allowed());
  }

  /**
   * Draws the next token and tells the listener.
   *
   * @param candidates shaped as {@link #shaping} says
   * @return whether the answer goes on
   */
  boolean advance(Candidates candidates, int[] endTokens, int window) {
    var sampling = request.sampling();
    double uniform = sampling.temperature() == 0 ? 0 : random.nextDouble();
    var draw = Sampler.draw(candidates, sampling, uniform);
    last = draw.token();
    steering.follow(last);
    generated++;
    counts.merge(last, 1, Integer::sum);
    if (asksForRepetition()) {
      said.add(last);
    }
    boolean isEnd = contains(endTokens, last);
    String shown = isEnd ? "" : stops.push(text.push(last));
    tell(
        new TokenEvent.Token(
            last,
            shown,
            draw.logprob(),
            draw.sampledLogprob(),
            candidates.alternatives(sampling.alternatives())));
    boolean ends = isEnd && (!sampling.bias().ignoreEnd() || steering.constrained());
    if (ends || stops.met()) {
      return finish(FinishReason.STOP);
    }
    if (generated == sampling.maxNewTokens() || cached + 1 >= window) {
      return finish(FinishReason.LENGTH);
    }
    return true;
  }

  private boolean asksForRepetition() {
    return request.sampling().bias().repetitionPenalty() != 1;
  }

  /** Tells the listener of the end; always false. */
  boolean finish(FinishReason reason) {
    String tail = stops.met() ? "" : stops.push(text.flush());
    boolean stopped = stops.met() && reason != FinishReason.CANCELLED;
    tell(
        new TokenEvent.Finished(
            stopped ? FinishReason.STOP : reason, stops.met() ? tail : tail + stops.flush()));
    return false;
  }

  void fail(RuntimeException cause) {
    tell(new TokenEvent.Failed(cause));
  }

  /** A listener that throws has lost interest; the others must not suffer from it. */
  private void tell(TokenEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      LOG.error("A listener failed; its answer ends here", e);
      cancel();
    }
  }

  private static boolean contains(int[] tokens, int token) {
    for (int t : tokens) {
      if (t == token) {
        return true;
      }
    }
    return false;
  }
}
