package dev.hone.inference;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Meanings of texts as vectors, by a small model of its own that comes with the program. It is
 * loaded when it is first asked, and runs on one platform thread, since native calls would pin
 * virtual ones.
 */
@ApplicationScoped
public class SentenceEmbeddings {
  /** Under which it is asked for; the model of sentence-transformers, quantised to 8 bits. */
  public static final String MODEL = "all-minilm-l6-v2";

  public static final int DIMENSIONS = 384;

  private static final int QUEUE = 64;
  private static final Duration WHEN_FULL = Duration.ofSeconds(2);

  private final ExecutorService thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          Thread.ofPlatform().name("embeddings").factory());

  /** Holds what is slow to load until somebody wants it. */
  private static final class Loaded {
    private static final EmbeddingModel MODEL =
        new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);

    private Loaded() {}
  }

  /**
   * @param vectors one for each text, of length 1, [texts][{@link #DIMENSIONS}]
   * @param tokens of all texts together
   */
  public record Embedded(List<float[]> vectors, int tokens) {}

  /**
   * A text of more than 510 tokens is cut up, and is the weighted mean of its parts.
   *
   * @throws EngineBusyException when too many others wait
   * @throws EngineStoppedException when the server stops
   */
  public Embedded embed(List<String> texts) {
    var segments = texts.stream().map(TextSegment::from).toList();
    try {
      return CompletableFuture.supplyAsync(() -> embedded(segments), thread).join();
    } catch (RejectedExecutionException e) {
      throw thread.isShutdown()
          ? new EngineStoppedException()
          : EngineBusyException.queueFull(WHEN_FULL);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  void stop(@Observes ShutdownEvent event) {
    thread.shutdown();
  }

  private static Embedded embedded(List<TextSegment> segments) {
    var response = Loaded.MODEL.embedAll(segments);
    return new Embedded(
        response.content().stream().map(Embedding::vector).toList(),
        response.tokenUsage().inputTokenCount());
  }
}
