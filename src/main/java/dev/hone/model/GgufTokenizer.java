package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The tokenizer in a GGUF file's metadata, in the form of {@code tokenizer.json}. */
final class GgufTokenizer {
  // Token types as llama.cpp numbers them; 1 is an ordinary token, 5 an unused one.
  private static final long UNKNOWN = 2;
  private static final long CONTROL = 3;
  private static final long USER_DEFINED = 4;

  private final GgufMetadata metadata;
  private final List<String> tokens;
  private final List<Long> types;
  private final GgufSpelling spelling;

  GgufTokenizer(GgufMetadata metadata) {
    this.metadata = metadata;
    this.tokens = metadata.list("tokenizer.ggml.tokens", String.class);
    this.types = metadata.list("tokenizer.ggml.token_type", Long.class);
    if (types.size() != tokens.size()) {
      throw new ModelFormatException(
          metadata.file(),
          "has " + tokens.size() + " tokens, but " + types.size() + " token types");
    }
    this.spelling = GgufSpelling.of(metadata, tokens);
  }

  int vocabularySize() {
    return tokens.size();
  }

  /** The id under {@code tokenizer.ggml.<role>_token_id}. */
  Optional<Integer> id(String role) {
    String key = "tokenizer.ggml." + role + "_token_id";
    Optional<Integer> id = metadata.count(key);
    if (id.isPresent() && id.get() >= tokens.size()) {
      throw new ModelFormatException(
          metadata.file(), key + " is " + id.get() + ", beyond the " + tokens.size() + " tokens");
    }
    return id;
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (int id = 0; id < tokens.size(); id++) {
      long type = types.get(id);
      if (type == CONTROL || type == UNKNOWN || type == USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", type != USER_DEFINED);
      }
    }
    json.set("normalizer", spelling.normalizer());
    json.set("pre_tokenizer", spelling.preTokenizer());
    json.set("post_processor", postProcessor());
    json.set("decoder", spelling.decoder());
    json.set("model", spelling.model());
    return json;
  }

  private boolean addsBegin() {
    String key = "tokenizer.ggml.add_bos_token";
    return metadata.values().containsKey(key) ? metadata.flag(key) : spelling.beginsByDefault();
  }

  private JsonNode postProcessor() {
    Optional<Integer> begin = addsBegin() ? id("bos") : Optional.empty();
    if (begin.isEmpty()) {
      return spelling.postProcessor();
    }
    String token = tokens.get(begin.get());
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", "TemplateProcessing");
    template(json.putArray("single"), token, "A");
    ArrayNode pair = json.putArray("pair");
    template(pair, token, "A");
    template(pair, token, "B");
    ObjectNode special = json.putObject("special_tokens").putObject(token).put("id", token);
    special.putArray("ids").add(begin.get());
    special.putArray("tokens").add(token);
    return json;
  }

  private static void template(ArrayNode steps, String begin, String sequence) {
    int type = sequence.equals("A") ? 0 : 1;
    steps.addObject().putObject("SpecialToken").put("id", begin).put("type_id", type);
    steps.addObject().putObject("Sequence").put("id", sequence).put("type_id", type);
  }

  ObjectNode config(int contextLength) {
    ObjectNode config =
        JsonNodeFactory.instance
            .objectNode()
            // The one class that takes tokenizer.json as it is; others rebuild parts of it.
            .put("tokenizer_class", "PreTrainedTokenizerFast")
            .put("clean_up_tokenization_spaces", false)
            .put("model_max_length", contextLength)
            .put("add_bos_token", addsBegin());
    id("bos").ifPresent(id -> config.put("bos_token", tokens.get(id)));
    id("eos").ifPresent(id -> config.put("eos_token", tokens.get(id)));
    id("unknown").ifPresent(id -> config.put("unk_token", tokens.get(id)));
    id("padding").ifPresent(id -> config.put("pad_token", tokens.get(id)));
    metadata.text("tokenizer.chat_template").ifPresent(text -> config.put("chat_template", text));
    return config;
  }
}
