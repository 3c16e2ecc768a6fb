package dev.hone.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A file of a repository on the Hub; {@code size} in bytes. */
record HubFile(String name, long size, Checksum checksum) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens"
              + "|vocab|chat_template)\\.json|merges\\.txt|tokenizer\\.model|chat_template\\.jinja");
  private static final String WHOLE = "model.safetensors";
  private static final Pattern SHARD =
      Pattern.compile("model-\\d+-of-\\d+\\.safetensors|model\\.safetensors\\.index\\.json");

  /**
   * What Hone needs of a repository: configuration, tokenizer and weights, each weight once.
   *
   * @param siblings the Hub's listing with blobs
   * @throws PullException if there are no safetensors
   */
  static List<HubFile> needed(String repository, JsonNode siblings) {
    var files = new ArrayList<HubFile>();
    boolean whole = false;
    for (JsonNode sibling : siblings) {
      whole |= sibling.path("rfilename").asText().equals(WHOLE);
    }
    boolean weights = false;
    for (JsonNode sibling : siblings) {
      String name = sibling.path("rfilename").asText();
      boolean weight = whole ? name.equals(WHOLE) : SHARD.matcher(name).matches();
      if (weight || TEXT.matcher(name).matches()) {
        files.add(of(repository, sibling));
      }
      weights |= weight;
    }
    if (!weights) {
      throw new PullException(
          repository + " holds no safetensors weights on the Hub, and Hone reads no others there");
    }
    return files;
  }

  private static HubFile of(String repository, JsonNode sibling) {
    String name = sibling.path("rfilename").asText();
    long size = sibling.path("size").asLong(-1);
    String sha256 = sibling.path("lfs").path("sha256").asText("");
    String blob = sibling.path("blobId").asText("");
    if (size >= 0 && sha256.matches("[0-9a-f]{64}")) {
      return new HubFile(name, size, new Checksum.Sha256(sha256));
    }
    if (size >= 0 && blob.matches("[0-9a-f]{40}")) {
      return new HubFile(name, size, new Checksum.GitBlob(blob));
    }
    throw new PullException("the Hub names no size and checksum for " + name + " of " + repository);
  }
}
