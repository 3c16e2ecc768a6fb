package dev.hone.inference;

import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What answers, by one or several versions of a base: on one device, or on several as if on one.
 */
public sealed interface Engine permits InferenceEngine, EngineRouter {
  /**
   * Takes a request on.
   *
   * @param listener called on an engine's thread in the order of {@link TokenEvent}; must not block
   * @throws UnknownModelException when the version is not served
   * @throws EngineBusyException when the queue is full
   * @throws ContextLengthExceededException when the prompt fills the window
   * @throws EngineStoppedException when the engine drains or has stopped
   */
  Generation submit(GenerationRequest request, Consumer<TokenEvent> listener);

  /**
   * Makes vectors of texts, between the steps that serve answers.
   *
   * @param texts tokens of each, at least one of both
   * @return vectors of length 1, in the order of the texts; may be cancelled
   * @throws UnknownModelException when the version is not served
   * @throws EngineBusyException when as many requests wait as may
   * @throws ContextLengthExceededException when a text exceeds the window
   * @throws EngineStoppedException when the engine drains or has stopped
   */
  CompletableFuture<List<float[]>> embed(String version, List<int[]> texts);

  /** Sequences that wait for a slot, those included that had to give theirs back. */
  int queued();

  /** Those of a class. */
  int queued(Priority priority);

  /** Sequences in the batch. */
  int running();

  /** How often a sequence lost its slot to another, since the start. */
  long preemptions();

  /** How the memory of keys and values is used. */
  CacheUse cacheUse();

  PrefixUse prefixUse();

  SpeculationUse speculationUse();

  /**
   * Takes nothing on any more, finishes what it can within the given time, cancels the rest and
   * stops. Returns when the runner is closed.
   */
  void drain(Duration patience);
}
