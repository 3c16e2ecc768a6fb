package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * SentencePiece's way, as Llama 2, TinyLlama and Mistral have it: spaces are letters, and whichever
 * two neighbours make the piece of the highest score are joined. The file has scores and no merges;
 * each way to split a piece into two others is a merge, the higher the piece's score the earlier.
 */
record GgufSentencePieces(GgufMetadata metadata, List<String> tokens) implements GgufSpelling {
  private static final String SPACE = "\u2581";
  private static final long NORMAL = 1;

  private record Merge(String left, String right, double score) {}

  @Override
  public JsonNode normalizer() {
    ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    if (prefixesSpace()) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    ObjectNode replace = steps.addObject().put("type", "Replace").put("content", SPACE);
    replace.putObject("pattern").put("String", " ");
    return sequence;
  }

  private boolean prefixesSpace() {
    return !metadata.values().containsKey("tokenizer.ggml.add_space_prefix")
        || metadata.flag("tokenizer.ggml.add_space_prefix");
  }

  @Override
  public JsonNode preTokenizer() {
    return JsonNodeFactory.instance.nullNode();
  }

  @Override
  public JsonNode postProcessor() {
    return JsonNodeFactory.instance.nullNode();
  }

  @Override
  public ObjectNode decoder() {
    ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("decoders");
    ObjectNode replace = steps.addObject().put("type", "Replace").put("content", " ");
    replace.putObject("pattern").put("String", SPACE);
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (prefixesSpace()) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    return sequence;
  }

  @Override
  public boolean beginsByDefault() {
    return true;
  }

  @Override
  public ObjectNode model() {
    ObjectNode model = GgufSpelling.bytePairs(metadata, tokens);
    int unknown = metadata.count("tokenizer.ggml.unknown_token_id").orElse(0);
    if (unknown >= tokens.size()) {
      throw new ModelFormatException(
          metadata.file(), "the unknown token " + unknown + " is beyond the vocabulary");
    }
    model
        .put("unk_token", tokens.get(unknown))
        .put("fuse_unk", true)
        .put("byte_fallback", true)
        .put("ignore_merges", false);
    ArrayNode merges = model.putArray("merges");
    for (Merge merge : merges()) {
      merges.addArray().add(merge.left()).add(merge.right());
    }
    return model;
  }

  private List<Merge> merges() {
    List<Double> scores = metadata.list("tokenizer.ggml.scores", Double.class);
    List<Long> types = metadata.list("tokenizer.ggml.token_type", Long.class);
    if (scores.size() != tokens.size()) {
      throw new ModelFormatException(
          metadata.file(),
          "has " + tokens.size() + " tokens, but " + scores.size() + " scores of tokens");
    }
    Set<String> pieces = new HashSet<>();
    for (int id = 0; id < tokens.size(); id++) {
      if (types.get(id) == NORMAL) {
        pieces.add(tokens.get(id));
      }
    }
    var merges = new ArrayList<Merge>();
    for (int id = 0; id < tokens.size(); id++) {
      String piece = tokens.get(id);
      if (!pieces.contains(piece)) {
        continue;
      }
      for (int at = 1; at < piece.length(); at++) {
        String left = piece.substring(0, at);
        String right = piece.substring(at);
        if (pieces.contains(left) && pieces.contains(right)) {
          merges.add(new Merge(left, right, scores.get(id)));
        }
      }
    }
    merges.sort(Comparator.comparingDouble(Merge::score).reversed());
    return merges;
  }
}
