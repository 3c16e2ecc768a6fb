package dev.hone.inference;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An engine with the number of requests that it was given and has not ended. For any thread. */
final class CountedEngine {
  private final InferenceEngine engine;
  private final AtomicInteger load = new AtomicInteger();

  CountedEngine(InferenceEngine engine) {
    this.engine = engine;
  }

  InferenceEngine engine() {
    return engine;
  }

  /** Its own counts of who waits and who runs may miss one that is just let in. */
  int load() {
    return load.get();
  }

  Generation submit(GenerationRequest request, Consumer<TokenEvent> listener) {
    load.incrementAndGet();
    boolean taken = false;
    try {
      var generation =
          engine.submit(
              request,
              event -> {
                if (!(event instanceof TokenEvent.Token)) {
                  load.decrementAndGet();
                }
                listener.accept(event);
              });
      taken = true;
      return generation;
    } finally {
      if (!taken) {
        load.decrementAndGet();
      }
    }
  }

  CompletableFuture<List<float[]>> embed(String version, List<int[]> texts) {
    var vectors = engine.embed(version, texts);
    load.incrementAndGet();
    var _ = vectors.whenComplete((_, _) -> load.decrementAndGet());
    return vectors;
  }
}
