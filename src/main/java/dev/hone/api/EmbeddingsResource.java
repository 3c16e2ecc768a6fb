package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.inference.SentenceEmbeddings;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.Versions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/** OpenAI's embeddings, by the sentence model. */
@Path("/v1/embeddings")
@RunOnVirtualThread
public class EmbeddingsResource {
  private final SentenceEmbeddings embeddings;
  private final Versions versions;

  EmbeddingsResource(SentenceEmbeddings embeddings, Versions versions) {
    this.embeddings = embeddings;
    this.versions = versions;
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
  public Embeddings embed(byte[] json) {
    var body = EmbeddingsBody.parse(json);
    if (!body.model().equals(SentenceEmbeddings.MODEL)) {
      throw versions.isName(body.model())
          ? InvalidRequestException.noEmbeddings(body.model(), SentenceEmbeddings.MODEL)
          : new UnknownModelException(body.model());
    }
    var embedded = embeddings.embed(body.input());
    return new Embeddings(
        "list",
        IntStream.range(0, body.input().size())
            .mapToObj(i -> vector(i, embedded.vectors().get(i), body.base64()))
            .toList(),
        SentenceEmbeddings.MODEL,
        new Tokens(embedded.tokens(), embedded.tokens()));
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
