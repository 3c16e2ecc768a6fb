package dev.hone.api;

import dev.hone.inference.SamplingParams;
import dev.hone.model.ToolMessage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request to {@code /v1/chat/completions}, checked field by field.
 *
 * @param model as requested; empty means the active version
 * @param n number of choices
 * @param bestOf answers of which the best is the only choice; empty where the request does not say
 * @param logprobs whether they are told, of each token
 */
record CompletionBody(
    Optional<String> model,
    List<ToolMessage> messages,
    Shape shape,
    Drawing drawing,
    int n,
    OptionalInt bestOf,
    boolean logprobs,
    Streaming streaming,
    boolean store,
    Optional<ServiceTier> tier,
    Optional<String> user) {
  static final String BEST_OF = "best_of";

  private static final int MAX_CHOICES = 16;
  private static final Set<String> OWN =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "max_completion_tokens",
          "n",
          BEST_OF,
          "logprobs",
          "top_logprobs",
          "store",
          "metadata",
          "user",
          "response_format",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          ServiceTier.FIELD);

  /** They don't change the answer of this server. */
  private static final Set<String> IGNORED =
      Set.of("safety_identifier", "prompt_cache_key", "prompt_cache_retention");

  static final Set<String> FIELDS =
      Stream.of(OWN, Drawing.FIELDS, Streaming.FIELDS, IGNORED, Unsupported.FIELDS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * @throws InvalidRequestException naming the field at fault
   */
  static CompletionBody parse(byte[] json) {
    var fields = new Fields(Json.object(json), "");
    Unsupported.refuse(fields);
    fields.refuseOthers(FIELDS);
    Metadata.parse(fields);
    boolean logprobs = fields.flag("logprobs", false);
    var messages = ToolMessages.parse(fields.required("messages"));
    int n = fields.count("n", 1, MAX_CHOICES).orElse(1);
    return new CompletionBody(
        fields.text("model"),
        messages,
        Shape.parse(fields, messages),
        Drawing.parse(fields, maxTokens(fields), alternatives(fields, logprobs)),
        n,
        bestOf(fields, n),
        logprobs,
        Streaming.parse(fields),
        fields.flag("store", true),
        ServiceTier.parse(fields),
        fields.text("user").map(Names::user));
  }

  private static OptionalInt bestOf(Fields fields, int n) {
    var bestOf = fields.count(BEST_OF, 1, MAX_CHOICES);
    if (bestOf.orElse(1) > 1 && n > 1) {
      throw InvalidRequestException.wrong("n", "must be 1 with best_of: the best is one answer");
    }
    return bestOf;
  }

  private static int alternatives(Fields fields, boolean logprobs) {
    int alternatives = fields.count("top_logprobs", 0, SamplingParams.MOST_ALTERNATIVES).orElse(0);
    if (alternatives > 0 && !logprobs) {
      throw InvalidRequestException.wrong("top_logprobs", "is for requests with logprobs only");
    }
    return alternatives;
  }

  private static OptionalInt maxTokens(Fields fields) {
    var maxTokens = fields.count("max_completion_tokens", 1, Integer.MAX_VALUE);
    var legacy = fields.count("max_tokens", 1, Integer.MAX_VALUE);
    return maxTokens.isPresent() ? maxTokens : legacy;
  }
}
