package dev.hone.loop;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.Safetensors;
import dev.hone.model.SafetensorsWriter;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The small chat model with a block less, and with more tokens for the same text. */
final class OtherBase {
  private static final int MERGES = 100;
  private static final int BLOCKS = 2;

  private OtherBase() {}

  static void writeTo(Path folder) throws IOException {
    SmallModel.copyChat(folder);
    cutBlocks(folder.resolve("model.safetensors"));

    var json = new JsonMapper();
    Path config = folder.resolve("config.json");
    var fields = (ObjectNode) json.readTree(config.toFile());
    json.writeValue(config.toFile(), fields.put("num_hidden_layers", BLOCKS));

    Path tokenizer = folder.resolve("tokenizer.json");
    var all = json.readTree(tokenizer.toFile());
    var merges = (ArrayNode) all.path("model").path("merges");
    while (merges.size() > MERGES) {
      merges.remove(merges.size() - 1);
    }
    json.writeValue(tokenizer.toFile(), all);
  }

  private static void cutBlocks(Path weights) throws IOException {
    Path whole = weights.resolveSibling("whole");
    Files.move(weights, whole);
    try (var source = Safetensors.open(whole)) {
      var kept =
          source.names().stream()
              .filter(name -> !name.startsWith("model.layers.%d.".formatted(BLOCKS)))
              .sorted()
              .map(source::info)
              .toList();
      try (var writer = SafetensorsWriter.create(weights, kept, Map.of())) {
        for (var tensor : kept) {
          writer.write(tensor.name(), source.data(tensor.name()));
        }
      }
    }
    Files.delete(whole);
  }
}
