package dev.hone.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Several engines of the same base, each on a device of its own, as one. A prompt that goes on with
 * a conversation ({@link Beginnings}) goes to the engine that has it, so that what was computed of
 * it is found there, unless that engine has half a batch of requests more than the one that has
 * least. All others go to the one that has least, and where several do, to these in turn. An engine
 * that is full or has stopped is passed over for the one that has least of the rest.
 */
final class EngineRouter implements Engine {
  private final List<CountedEngine> engines;
  private final int lead;
  private final Beginnings beginnings = new Beginnings();
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * @param engines at least one, all with the same limits
   */
  EngineRouter(List<InferenceEngine> engines) {
    this.engines = engines.stream().map(CountedEngine::new).toList();
    this.lead = Math.max(1, engines.getFirst().limits().maxBatch() / 2);
  }

  @Override
  public Generation submit(GenerationRequest request, Consumer<TokenEvent> listener) {
    var prompt = Beginnings.Prompt.of(request.version(), request.prompt());
    return first(
        order(beginnings.engineOf(prompt)),
        engine -> {
          var generation = engines.get(engine).submit(request, listener);
          beginnings.given(prompt, engine);
          return generation;
        });
  }

  @Override
  public CompletableFuture<List<float[]>> embed(String version, List<int[]> texts) {
    return first(order(OptionalInt.empty()), engine -> engines.get(engine).embed(version, texts));
  }

  /** What an engine had when it was looked at, since that changes while engines are compared. */
  private record Choice(int engine, int load) {}

  /** Engines, the one to ask first at the beginning. */
  private List<Integer> order(OptionalInt home) {
    var choices = new ArrayList<Choice>();
    int from = turn.get();
    for (int i = 0; i < engines.size(); i++) {
      int engine = Math.floorMod(from + i, engines.size());
      choices.add(new Choice(engine, engines.get(engine).load()));
    }
    choices.sort(Comparator.comparingInt(Choice::load));
    int most = choices.getFirst().load() + lead;
    var stays =
        choices.stream()
            .filter(choice -> home.isPresent() && choice.engine() == home.getAsInt())
            .filter(choice -> choice.load() < most)
            .findFirst();
    stays.ifPresentOrElse(
        choice -> {
          choices.remove(choice);
          choices.addFirst(choice);
        },
        turn::incrementAndGet);
    return choices.stream().map(Choice::engine).toList();
  }

  private static <T> T first(List<Integer> order, Function<Integer, T> ask) {
    var full = new ArrayList<EngineBusyException>();
    for (int engine : order) {
      try {
        return ask.apply(engine);
      } catch (EngineBusyException e) {
        full.add(e);
      } catch (EngineStoppedException _) {
        // One that failed leaves its work to the others; when all have stopped that is told below.
      }
    }
    throw full.stream()
        .min(Comparator.comparing(EngineBusyException::retryAfter))
        .<RuntimeException>map(soonest -> soonest)
        .orElseGet(EngineStoppedException::new);
  }

  private Stream<InferenceEngine> all() {
    return engines.stream().map(CountedEngine::engine);
  }

  @Override
  public int queued() {
    return sum(InferenceEngine::queued);
  }

  @Override
  public int queued(Priority priority) {
    return sum(engine -> engine.queued(priority));
  }

  @Override
  public int running() {
    return sum(InferenceEngine::running);
  }

  private int sum(ToIntFunction<InferenceEngine> count) {
    return all().mapToInt(count).sum();
  }

  @Override
  public long preemptions() {
    return all().mapToLong(InferenceEngine::preemptions).sum();
  }

  @Override
  public CacheUse cacheUse() {
    return all().map(InferenceEngine::cacheUse).reduce(CacheUse::plus).orElseThrow();
  }

  @Override
  public PrefixUse prefixUse() {
    return all().map(InferenceEngine::prefixUse).reduce(PrefixUse::plus).orElseThrow();
  }

  @Override
  public SpeculationUse speculationUse() {
    return all().map(InferenceEngine::speculationUse).reduce(SpeculationUse::plus).orElseThrow();
  }

  /** All at the same time, with the same patience. */
  @Override
  public void drain(Duration patience) {
    try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
      all().forEach(engine -> each.execute(() -> engine.drain(patience)));
    }
  }
}
