package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The {@code rope_scaling} of config.json, as far as GGUF's form of it can be told back. */
record GgufRope(GgufFile file, GgufArchitecture architecture, int headDimension) {
  /** By how much each pair of dimensions is slowed down: all that GGUF keeps of Llama 3's. */
  static final String FACTORS = "rope_freqs.weight";

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The constants of every published Llama 3.1, 3.2 and 3.3, but for the factor. */
  private static final double LOW = 1;

  private static final double HIGH = 4;
  private static final double WINDOW = 8192;

  double theta() {
    return file.metadata().number(architecture.key("rope.freq_base")).orElse(10_000.0);
  }

  JsonNode scaling() {
    GgufMetadata metadata = file.metadata();
    int turned = metadata.count(architecture.key("rope.dimension_count")).orElse(headDimension);
    if (turned != headDimension || headDimension % 2 != 0) {
      throw new ModelFormatException(
          metadata.file(),
          "turns " + turned + " of " + headDimension + " dimensions of a head; all are supported");
    }
    if (file.tensors().containsKey(FACTORS)) {
      return llama3();
    }
    String type = metadata.text(architecture.key("rope.scaling.type")).orElse("none");
    return switch (type) {
      case "none" -> JsonNodeFactory.instance.nullNode();
      case "linear" ->
          JsonNodeFactory.instance
              .objectNode()
              .put("rope_type", "linear")
              .put("factor", metadata.number(architecture.key("rope.scaling.factor")).orElse(1.0));
      default ->
          throw new ModelFormatException(
              metadata.file(),
              "uses scaled RoPE (" + type + "), which is not supported; supported: none, linear");
    };
  }

  /** The largest of the factors is Llama 3's own; the others must then follow from it. */
  private JsonNode llama3() {
    GgufFile.Tensor tensor = file.tensors().get(FACTORS);
    if (tensor.type() != GgufType.F32 || tensor.data().byteSize() != 2L * headDimension) {
      throw unknown();
    }
    float[] factors = tensor.data().toArray(FLOAT);
    double factor = 1;
    for (float each : factors) {
      factor = Math.max(factor, each);
    }
    float[] plain = new Rope(theta(), new Rope.Scaling.None()).inverseFrequencies(headDimension);
    float[] slowed =
        new Rope(theta(), new Rope.Scaling.Llama3(factor, LOW, HIGH, WINDOW))
            .inverseFrequencies(headDimension);
    for (int i = 0; i < factors.length; i++) {
      // Not "greater than": NaN is no factor either.
      if (!(Math.abs(plain[i] / slowed[i] - factors[i]) <= 1e-3 * factors[i])) {
        throw unknown();
      }
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("rope_type", "llama3")
        .put("factor", factor)
        .put("low_freq_factor", LOW)
        .put("high_freq_factor", HIGH)
        .put("original_max_position_embeddings", (int) WINDOW);
  }

  private ModelFormatException unknown() {
    return new ModelFormatException(
        file.metadata().file(),
        "uses scaled RoPE whose factors (" + FACTORS + ") are not those of Llama 3.1 to 3.3");
  }
}
