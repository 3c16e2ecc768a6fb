package dev.hone.loop;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The small chat model, but with other weights, and more tokens for the same text. */
final class OtherBase {
  private static final int MERGES = 100;

  private OtherBase() {}

  static void writeTo(Path folder) throws IOException {
    SmallJob.copyBase(folder);
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    // The last number's lowest bit: two bytes each, the lower one first.
    bytes[bytes.length - 2] ^= 1;
    Files.write(weights, bytes);

    var json = new JsonMapper();
    Path tokenizer = folder.resolve("tokenizer.json");
    var all = json.readTree(tokenizer.toFile());
    var merges = (ArrayNode) all.path("model").path("merges");
    while (merges.size() > MERGES) {
      merges.remove(merges.size() - 1);
    }
    json.writeValue(tokenizer.toFile(), all);
  }
}
