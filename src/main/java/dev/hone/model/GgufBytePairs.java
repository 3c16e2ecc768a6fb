package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** GPT-2's way: words first, then merges of bytes in the order in which they were learned. */
record GgufBytePairs(GgufMetadata metadata, List<String> tokens, PreTokenizer cutting)
    implements GgufSpelling {
  @Override
  public JsonNode normalizer() {
    return cutting.normalisesToNfc()
        ? JsonNodeFactory.instance.objectNode().put("type", "NFC")
        : JsonNodeFactory.instance.nullNode();
  }

  @Override
  public JsonNode preTokenizer() {
    return cutting.json();
  }

  @Override
  public JsonNode postProcessor() {
    return PreTokenizer.byteLevel(true);
  }

  @Override
  public ObjectNode decoder() {
    return PreTokenizer.byteLevel(true);
  }

  @Override
  public boolean beginsByDefault() {
    return false;
  }

  @Override
  public ObjectNode model() {
    ObjectNode model = GgufSpelling.bytePairs(metadata, tokens);
    model
        .putNull("unk_token")
        .put("fuse_unk", false)
        .put("byte_fallback", false)
        .put("ignore_merges", cutting.ignoresMerges());
    Set<String> known = new HashSet<>(tokens);
    ArrayNode merges = model.putArray("merges");
    for (String merge : metadata.list("tokenizer.ggml.merges", String.class)) {
      int space = merge.indexOf(' ', 1);
      if (space < 0
          || !known.contains(merge.substring(0, space))
          || !known.contains(merge.substring(space + 1))
          || !known.contains(merge.substring(0, space) + merge.substring(space + 1))) {
        throw new ModelFormatException(
            metadata.file(), "merge '" + merge + "' does not join two tokens into a third");
      }
      merges.add(merge);
    }
    return model;
  }
}
