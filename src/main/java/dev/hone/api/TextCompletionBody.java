package dev.hone.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request to {@code /v1/completions}, checked field by field.
 *
 * @param model as requested; empty means the active version
 * @param echo whether the answer begins with its prompt
 * @param suffix what follows the gap that is to be filled
 * @param n number of choices for each prompt
 * @param logprobs whether they are told, of each token
 */
record TextCompletionBody(
    Optional<String> model,
    List<TextPrompt> prompts,
    boolean echo,
    Optional<String> suffix,
    Drawing drawing,
    int n,
    boolean logprobs,
    Streaming streaming,
    Optional<String> user) {
  static final Set<String> FIELDS =
      Stream.of(
              Set.of(
                  "model",
                  "prompt",
                  "echo",
                  "suffix",
                  "max_tokens",
                  "n",
                  "best_of",
                  "logprobs",
                  "user"),
              Drawing.FIELDS,
              Streaming.FIELDS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MAX_CHOICES = 16;

  /** More than the engine runs and lets wait could never be started together. */
  private static final int MAX_ANSWERS = 64;

  /** OpenAI's, as the next. */
  private static final int MAX_LOGPROBS = 5;

  private static final int DEFAULT_MAX_TOKENS = 16;

  static TextCompletionBody parse(byte[] json) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(FIELDS);
    var prompts = TextPrompt.parse(fields.required("prompt"), "prompt");
    int n = fields.count("n", 1, MAX_CHOICES).orElse(1);
    if (prompts.size() * (long) n > MAX_ANSWERS) {
      throw InvalidRequestException.wrong(
          "prompt", "asks for more than " + MAX_ANSWERS + " answers at once");
    }
    if (fields.count("best_of", 1, MAX_CHOICES).orElse(n) != n) {
      throw InvalidRequestException.unsupported("best_of", " unless it is what 'n' is");
    }
    var logprobs = fields.count("logprobs", 0, MAX_LOGPROBS);
    boolean echo = fields.flag("echo", false);
    if (echo && logprobs.isPresent()) {
      throw InvalidRequestException.wrong(
          "logprobs", "can't be told of a prompt that is echoed, only of what is drawn");
    }
    return new TextCompletionBody(
        fields.text("model"),
        prompts,
        echo,
        fields.text("suffix").filter(suffix -> !suffix.isEmpty()),
        Drawing.parse(fields, maxTokens(fields), logprobs.orElse(0)),
        n,
        logprobs.isPresent(),
        Streaming.parse(fields),
        fields.text("user").map(Names::user));
  }

  private static OptionalInt maxTokens(Fields fields) {
    return OptionalInt.of(
        fields.count("max_tokens", 1, Integer.MAX_VALUE).orElse(DEFAULT_MAX_TOKENS));
  }
}
