package dev.hone.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.model.Tokenizer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Text to a model's tokens and back, in vLLM's shapes. */
@Path("/v1")
@RunOnVirtualThread
public class TokensResource {
  static final Set<String> DETOKENIZE_FIELDS = Set.of("model", "tokens");

  private final ModelLookup models;

  TokensResource(ModelLookup models) {
    this.models = models;
  }

  /**
   * @param maxModelLen tokens that fit into the model's window
   * @param tokenStrs each token as text; null unless asked for
   */
  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Tokens(int count, int maxModelLen, int[] tokens, List<String> tokenStrs) {}

  /** The text of tokens. */
  public record Text(String prompt) {}

  @POST
  @Path("/tokenize")
  @Consumes(MediaType.WILDCARD)
  public Tokens tokenize(byte[] json) {
    var body = TokenizeBody.parse(json);
    var model = models.find(body.model());
    int[] tokens = body.tokens(model.format());
    return new Tokens(
        tokens.length,
        model.contextWindow(),
        tokens,
        body.strings() ? strings(model.format().tokenizer(), tokens) : null);
  }

  /** Control tokens are spelled out. */
  @POST
  @Path("/detokenize")
  @Consumes(MediaType.WILDCARD)
  public Text detokenize(byte[] json) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(DETOKENIZE_FIELDS);
    int[] tokens = TokenIds.parse(fields.required("tokens"), "tokens");
    var tokenizer = models.find(fields.text("model")).format().tokenizer();
    TokenIds.check(tokens, tokenizer.vocabularySize(), "tokens");
    return new Text(tokenizer.spell(tokens));
  }

  private static List<String> strings(Tokenizer tokenizer, int[] tokens) {
    return Arrays.stream(tokens).mapToObj(id -> TokenSpelling.text(tokenizer, id)).toList();
  }
}
