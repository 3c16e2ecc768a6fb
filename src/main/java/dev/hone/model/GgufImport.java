package dev.hone.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Turns a GGUF file into a Hugging Face model folder.
 *
 * <p>Nothing is lost: F32, F16 and BF16 tensors keep their type, quantised ones are stored as the
 * F32 values that they stand for. A Q8_0 weight is a half-precision scale times -128 to 127, a Q4_1
 * weight one times 0 to 15 plus a half-precision minimum, a K-quant's scale is itself a product: 18
 * and more significant bits, where BF16 has 8 and F16 has 11. The price is size: 4 bytes a weight,
 * 538 MB for the 135M weights that take 98 MB as Q4_1.
 */
public final class GgufImport {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private GgufImport() {}

  /**
   * Writes {@code config.json}, {@code generation_config.json}, {@code tokenizer.json}, {@code
   * tokenizer_config.json} and {@code model.safetensors}.
   *
   * @param folder created if absent; what it holds after a failure is unusable
   * @throws ModelFormatException if the file is malformed, or of an architecture, tokenizer or
   *     tensor type that is not supported; the message names what is
   */
  public static void convert(Path gguf, Path folder) {
    try (GgufFile file = GgufFile.open(gguf)) {
      GgufMetadata metadata = file.metadata();
      var architecture = GgufArchitecture.of(metadata);
      GgufTokenizer tokenizer = new GgufTokenizer(metadata);
      var read = new GgufConfig(file, architecture);
      ObjectNode config = putIds(read.json(tokenizer.vocabularySize()), tokenizer);
      var weights =
          new GgufWeights(gguf, architecture, file.tensors().values(), read.headDimension());
      weights.checkComplete(read.layers());
      Files.createDirectories(folder);
      write(folder, "config.json", config);
      write(folder, "generation_config.json", generationConfig(tokenizer));
      write(folder, "tokenizer.json", tokenizer.json());
      write(folder, "tokenizer_config.json", tokenizer.config(read.contextLength()));
      weights.write(folder.resolve("model.safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path folder, String name, ObjectNode json) throws IOException {
    JSON.writeValue(folder.resolve(name).toFile(), json);
  }

  private static ObjectNode generationConfig(GgufTokenizer tokenizer) {
    return putIds(JsonNodeFactory.instance.objectNode().put("_from_model_config", true), tokenizer);
  }

  /** The end of a turn may be a token of its own beside the end of a text: either stops. */
  private static ObjectNode putIds(ObjectNode json, GgufTokenizer tokenizer) {
    tokenizer.id("bos").ifPresent(id -> json.put("bos_token_id", id));
    var endOfText = tokenizer.id("eos");
    var endOfTurn = tokenizer.id("eot").filter(id -> !endOfText.equals(Optional.of(id)));
    if (endOfText.isPresent() && endOfTurn.isPresent()) {
      json.putArray("eos_token_id").add(endOfText.get()).add(endOfTurn.get());
    } else {
      endOfText.or(() -> endOfTurn).ifPresent(id -> json.put("eos_token_id", id));
    }
    tokenizer.id("padding").ifPresent(id -> json.put("pad_token_id", id));
    return json;
  }
}
