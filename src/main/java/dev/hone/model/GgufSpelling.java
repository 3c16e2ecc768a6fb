package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How a GGUF file's vocabulary spells text, as the parts of {@code tokenizer.json} that say so. */
sealed interface GgufSpelling permits GgufBytePairs, GgufSentencePieces {
  static GgufSpelling of(GgufMetadata metadata, List<String> tokens) {
    String model = metadata.requiredText("tokenizer.ggml.model");
    return switch (model) {
      case "gpt2" ->
          new GgufBytePairs(
              metadata,
              tokens,
              PreTokenizer.named(
                  metadata.file(), metadata.text("tokenizer.ggml.pre").orElse("default")));
      case "llama" -> new GgufSentencePieces(metadata, tokens);
      default ->
          throw new ModelFormatException(
              metadata.file(),
              "tokenizer.ggml.model is '"
                  + model
                  + "', which is not supported; supported: gpt2, llama");
    };
  }

  JsonNode normalizer();

  JsonNode preTokenizer();

  /** Where nothing is put before the text. */
  JsonNode postProcessor();

  ObjectNode decoder();

  ObjectNode model();

  /** Whether files that do not say so put the begin of a text before it. */
  boolean beginsByDefault();

  /** A model of merges without any yet. */
  static ObjectNode bytePairs(GgufMetadata metadata, List<String> tokens) {
    ObjectNode model = JsonNodeFactory.instance.objectNode().put("type", "BPE");
    model.putNull("dropout").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      if (vocabulary.has(tokens.get(id))) {
        throw new ModelFormatException(
            metadata.file(), "token '" + tokens.get(id) + "' occurs twice, last as " + id);
      }
      vocabulary.put(tokens.get(id), id);
    }
    return model;
  }
}
