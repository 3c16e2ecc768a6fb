package dev.hone.inference;

import dev.hone.model.PromptRun;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * One answer in the making. All but {@link #cancel()} belongs to the engine's thread.
 *
 * <p>The token drawn last is not in the cache yet; it is what the next decode step feeds. A
 * sequence that lost its slot feeds its prompt and its answer so far anew, and goes on as if
 * nothing had been.
 */
final class Sequence implements Generation {
  private static final Logger LOG = Logger.getLogger(Sequence.class);

  private static final int ROOM = 16;

  private final GenerationRequest request;
  private final Consumer<TokenEvent> listener;
  private final TokenText text;
  private final StopStrings stops;
  private final RandomGenerator random;
  private final Shaper shaper;
  private final Drafting drafting = new Drafting();
  private final long submittedNanos = System.nanoTime();
  private volatile boolean cancelled;

  /** The prompt, then the answer, [length and some room]. */
  private int[] tokens;

  private int length;
  private int cached;
  private int cachedPrompt;
  private long admission;
  private boolean ended;

  Sequence(GenerationRequest request, Consumer<TokenEvent> listener, TokenText text) {
    this.request = request;
    this.tokens = request.prompt().clone();
    this.length = tokens.length;
    this.listener = listener;
    this.text = text;
    this.stops = new StopStrings(request.sampling().stop());
    this.random = new SplittableRandom(request.sampling().seed());
    this.shaper = new Shaper(request);
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  /** Tells its listener so, if it was cancelled. */
  boolean endIfCancelled() {
    if (cancelled) {
      finish(FinishReason.CANCELLED);
    }
    return cancelled;
  }

  Priority priority() {
    return request.priority();
  }

  /** Whether it may not wait any longer. Who was in once may. */
  boolean outOfPatience(Duration queuePatience) {
    return admission == 0 && waited().compareTo(patience(queuePatience)) >= 0;
  }

  private Duration patience(Duration queuePatience) {
    boolean own = priority() == Priority.BATCH || request.patience().compareTo(queuePatience) < 0;
    return own ? request.patience() : queuePatience;
  }

  Duration waited() {
    return Duration.ofNanos(System.nanoTime() - submittedNanos);
  }

  /** It is computed in one way only: neither drafted ahead nor begun from what is stored. */
  boolean repeatable() {
    return request.sampling().repeatable();
  }

  /** Positions its slot will hold at most. */
  int longest(int window) {
    long most = (long) request.prompt().length + request.sampling().maxNewTokens();
    return (int) Math.min(window, most);
  }

  /** Tokens of the prompt and of the answer so far. */
  int length() {
    return length;
  }

  int[] tokens() {
    return Arrays.copyOf(tokens, length);
  }

  /** Positions held by its slot. */
  int cached() {
    return cached;
  }

  /** What its slot holds, [cached]. */
  int[] cachedTokens() {
    return Arrays.copyOf(tokens, cached);
  }

  /** Tokens that its slot lacks. */
  int unfed() {
    return length - cached;
  }

  /** The token that the next decode step feeds. */
  int last() {
    return tokens[length - 1];
  }

  long submittedNanos() {
    return submittedNanos;
  }

  /** Number of its first admission; who was let in earlier is preempted later. */
  long admission() {
    return admission;
  }

  /**
   * It has a slot.
   *
   * @param restored positions that the slot holds already
   */
  void admitted(long number, int restored) {
    cached = restored;
    if (admission == 0) {
      admission = number;
      cachedPrompt = restored;
    }
  }

  /** It has no slot any more. */
  void preempted() {
    cached = 0;
  }

  /** Its next tokens, at most {@code most}. */
  int[] chunk(int most) {
    return Arrays.copyOfRange(tokens, cached, cached + Math.min(most, unfed()));
  }

  /** The next part of what its slot lacks. */
  PromptRun run(int slot, int most) {
    int[] chunk = chunk(most);
    return new PromptRun(slot, cached, chunk, chunk.length == unfed());
  }

  /** Notes that the runner has taken tokens into the slot. */
  void fed(int count) {
    cached += count;
  }

  /** What the next token's logits go through. */
  Shaping shaping(int[] endTokens) {
    return shaper.next(endTokens);
  }

  /** Only the next token is drawn. */
  Draft undrafted(int[] endTokens) {
    return new Draft(this, new int[0], List.of(shaping(endTokens)));
  }

  /**
   * A guess at what follows, as far as all of it and one token more still belong to the answer.
   *
   * @param most tokens
   */
  Draft draft(int most, int[] endTokens, int window) {
    if (repeatable()) {
      return undrafted(endTokens);
    }
    int room = Math.min(most, longest(window) - length - 1);
    int[] guessed = drafting.next(tokens, length, room);
    var shapings = shaper.along(guessed, endTokens);
    return new Draft(this, Arrays.copyOf(guessed, shapings.size() - 1), shapings);
  }

  /**
   * Draws the next token, and then the one after it and so on, as long as what is drawn is what was
   * drafted. Each is drawn as it would be without a draft, so whatever the draft, the answer is the
   * same (after Leviathan et al. 2023, where what is drafted is certain).
   *
   * @param rows the draft's, shaped as it says
   * @return whether the answer goes on
   */
  boolean advance(Draft draft, List<Candidates> rows, int[] endTokens, int window) {
    int accepted = 0;
    boolean goesOn = advance(rows.getFirst(), endTokens, window);
    while (goesOn
        && !cancelled
        && accepted < draft.length()
        && last() == draft.tokens()[accepted]) {
      fed(1);
      accepted++;
      goesOn = advance(rows.get(accepted), endTokens, window);
    }
    drafting.verified(draft.length(), accepted);
    return goesOn;
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
    int last = draw.token();
    shaper.follow(last);
    add(last);
    boolean isEnd = contains(endTokens, last);
    String shown = isEnd ? "" : stops.push(text.push(last));
    tell(
        new TokenEvent.Token(
            last,
            shown,
            draw.logprob(),
            draw.sampledLogprob(),
            candidates.alternatives(sampling.alternatives())));
    if (shaper.ends(last, endTokens) || stops.met()) {
      return finish(FinishReason.STOP);
    }
    if (shaper.answered() == sampling.maxNewTokens() || length >= window) {
      return finish(FinishReason.LENGTH);
    }
    return true;
  }

  private void add(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, length + length / 2 + ROOM);
    }
    tokens[length++] = token;
  }

  /** Tells the listener of the end, unless it knows of one; always false. */
  boolean finish(FinishReason reason) {
    if (ended) {
      return false;
    }
    ended = true;
    String tail = stops.met() ? "" : stops.push(text.flush());
    boolean stopped = stops.met() && reason != FinishReason.CANCELLED;
    tell(
        new TokenEvent.Finished(
            stopped ? FinishReason.STOP : reason,
            stops.met() ? tail : tail + stops.flush(),
            cachedPrompt));
    return false;
  }

  /** Without effect once the answer has ended. */
  void fail(RuntimeException cause) {
    if (!ended) {
      ended = true;
      tell(new TokenEvent.Failed(cause));
    }
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
