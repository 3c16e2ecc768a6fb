package dev.hone.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Byte-pair encoding of text in which nothing is special: the model of a {@code tokenizer.json}
 * with its normalizer and pre-tokenizer, without its added tokens and post-processor. Control
 * tokens are taken out of the vocabulary, so no text whatsoever can become one. Native memory is
 * freed when the object is no longer reachable.
 */
final class PlainBpe {
  private static final Cleaner CLEANER = Cleaner.create();

  private final HuggingFaceTokenizer model;

  /**
   * @param file named in errors
   * @param json a whole {@code tokenizer.json}
   * @param controlTokens texts of the control tokens
   * @param opensText false for text behind something else, where a pre-tokenizer that marks only
   *     the beginning of the whole must not mark
   */
  PlainBpe(Object file, ObjectNode json, Set<String> controlTokens, boolean opensText) {
    String type = json.path("model").path("type").asText("BPE");
    if (!type.equals("BPE")) {
      throw new ModelFormatException(
          file, "tokenizer model " + type + " is not supported; supported: BPE");
    }
    ObjectNode plain = json.deepCopy();
    plain.putArray("added_tokens");
    plain.putNull("truncation").putNull("padding").putNull("post_processor");
    removeTokens((ObjectNode) plain.path("model"), controlTokens);
    if (!opensText) {
      leaveBeginningsAlone(plain.path("pre_tokenizer"));
    }
    var bytes = new ByteArrayInputStream(plain.toString().getBytes(StandardCharsets.UTF_8));
    var asItIs = Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
    try {
      model = HuggingFaceTokenizer.newInstance(bytes, asItIs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) { // the only type that the native library throws
      throw new ModelFormatException(file, "is not a tokenizer: " + e.getMessage(), e);
    }
    CLEANER.register(this, model::close);
  }

  private static void removeTokens(ObjectNode model, Set<String> controlTokens) {
    Set<String> removed = new HashSet<>(controlTokens);
    removed.remove(model.path("unk_token").asText());
    ((ObjectNode) model.path("vocab")).remove(removed);
    ArrayNode merges = (ArrayNode) model.path("merges");
    for (int i = merges.size() - 1; i >= 0; i--) {
      if (removed.contains(joined(merges.get(i)))) {
        merges.remove(i);
      }
    }
  }

  /** Merges are {@code "a b"} or {@code ["a", "b"]}. */
  private static String joined(JsonNode merge) {
    return merge.isArray()
        ? merge.path(0).asText() + merge.path(1).asText()
        : merge.asText().replace(" ", "");
  }

  private static boolean isMarkingBeginnings(JsonNode step) {
    return step.path("type").asText().equals("Metaspace")
        && step.path("prepend_scheme").asText().equals("first");
  }

  /** Whether text at the beginning is encoded in another way than text behind something else. */
  static boolean marksBeginnings(JsonNode preTokenizer) {
    for (JsonNode step : preTokenizer.path("pretokenizers")) {
      if (isMarkingBeginnings(step)) {
        return true;
      }
    }
    return isMarkingBeginnings(preTokenizer);
  }

  private static void leaveBeginningsAlone(JsonNode preTokenizer) {
    preTokenizer.path("pretokenizers").forEach(PlainBpe::leaveBeginningsAlone);
    if (isMarkingBeginnings(preTokenizer)) {
      ((ObjectNode) preTokenizer).put("prepend_scheme", "never").put("add_prefix_space", false);
    }
  }

  long[] encode(String text) {
    return model.encode(text, false, false).getIds();
  }
}
