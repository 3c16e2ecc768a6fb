package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.api.EmbeddingsBody.Input;
import dev.hone.inference.SentenceEmbeddings;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** OpenAI's embeddings, by the sentence model or by the chat model. */
@Path("/v1/embeddings")
@RunOnVirtualThread
public class EmbeddingsResource {
  private final SentenceEmbeddings sentences;
  private final ChatModelEmbeddings prompts;
  private final ModelLookup models;

  EmbeddingsResource(
      SentenceEmbeddings sentences, ChatModelEmbeddings prompts, ModelLookup models) {
    this.sentences = sentences;
    this.prompts = prompts;
    this.models = models;
  }

  /** OpenAI's envelope of a list. */
  public record Embeddings(String object, List<Vector> data, String model, Tokens usage) {}

  /**
   * @param embedding numbers, or base64 of them
   */
  public record Vector(String object, int index, Object embedding) {}

  /** Nothing is generated: both are the same. */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Tokens(int promptTokens, int totalTokens) {}

  @POST
  @Consumes(MediaType.WILDCARD)
  public Embeddings embed(byte[] json, RoutingContext context) {
    var body = EmbeddingsBody.parse(json);
    return switch (body.input()) {
      case Input.Sentences(var texts) -> {
        var embedded = sentences.embed(texts);
        yield embeddings(body, body.model(), embedded.vectors(), embedded.tokens());
      }
      case Input.Prompts(var texts) -> {
        var model = models.find(Optional.of(body.model()));
        var embedded = prompts.embed(model, texts, Disconnect.of(context));
        yield embeddings(body, model.version(), embedded.vectors(), embedded.tokens());
      }
    };
  }

  private static Embeddings embeddings(
      EmbeddingsBody body, String model, List<float[]> vectors, int tokens) {
    return new Embeddings(
        "list",
        IntStream.range(0, vectors.size())
            .mapToObj(i -> vector(i, vectors.get(i), body.base64()))
            .toList(),
        model,
        new Tokens(tokens, tokens));
  }

  private static Vector vector(int index, float[] numbers, boolean base64) {
    return new Vector("embedding", index, base64 ? encoded(numbers) : numbers);
  }

  private static String encoded(float[] numbers) {
    var bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
