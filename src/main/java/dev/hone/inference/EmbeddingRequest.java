package dev.hone.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Texts of one caller that become vectors one after the other, by the version of a lane. */
final class EmbeddingRequest {
  private final ModelRunner runner;
  private final Lane lane;
  private final List<int[]> texts;
  private final List<float[]> vectors = new ArrayList<>();
  private final CompletableFuture<List<float[]>> result = new CompletableFuture<>();
  private Optional<TextReading> reading = Optional.empty();

  /**
   * @param lane that has been held for this request
   * @param texts tokens of each, at least one of both
   */
  EmbeddingRequest(ModelRunner runner, Lane lane, List<int[]> texts) {
    this.runner = runner;
    this.lane = lane;
    this.texts = List.copyOf(texts);
  }

  /** May be cancelled by whoever waits for it. */
  CompletableFuture<List<float[]>> result() {
    return result;
  }

  /** Whether there is nothing more to do, for whatever reason. */
  boolean ended() {
    return result.isDone();
  }

  /**
   * Goes on with one text.
   *
   * @return whether the text has come to its end, so that another request is next
   */
  boolean advance(int work) {
    if (reading.isEmpty()) {
      reading = Optional.of(runner.read(texts.get(vectors.size()), lane.number()));
    }
    var vector = reading.get().advance(work);
    vector.ifPresent(
        made -> {
          vectors.add(made);
          closeReading();
        });
    if (vectors.size() == texts.size()) {
      result.complete(List.copyOf(vectors));
    }
    return vector.isPresent();
  }

  private void closeReading() {
    reading.ifPresent(TextReading::close);
    reading = Optional.empty();
  }

  /** Ends with the error, if it has not ended. */
  void fail(RuntimeException cause) {
    result.completeExceptionally(cause);
  }

  /** Lets go of what it holds. */
  void leave() {
    closeReading();
    lane.release();
  }
}
