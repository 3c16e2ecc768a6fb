package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The shape of a decoder, as its {@code config.json} tells.
 *
 * @param kvHeads key and value heads; each serves {@code heads / kvHeads} query heads
 * @param maxPositions positions the model was made for
 * @param span positions that attention sees, the token's own included; where it is not less than
 *     {@code maxPositions}, it sees all before it
 * @param tiedEmbeddings whether the output layer is the embedding's matrix
 */
public record Architecture(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int feedForward,
    int maxPositions,
    int span,
    Positions positions,
    Block block,
    Layout layout,
    boolean tiedEmbeddings) {
  public Architecture {
    if (vocabulary < 1 || hidden < 1 || layers < 1 || feedForward < 1 || maxPositions < 1) {
      throw new IllegalArgumentException("sizes must be positive");
    }
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          heads + " heads can not share " + kvHeads + " key and value heads evenly");
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw new IllegalArgumentException("head size must be even, was " + headSize);
    }
    if (span < 1) {
      throw new IllegalArgumentException("attention must see a position, saw " + span);
    }
  }

  /**
   * @param folder of a model in Hugging Face layout
   * @throws UnsupportedModelException naming what is not supported
   * @throws ModelFormatException when the file lacks something or contradicts itself
   */
  public static Architecture load(Path folder) {
    Path file = folder.resolve("config.json");
    try {
      return read(file, new JsonMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Architecture read(Path file, JsonNode config) {
    return new ArchitectureConfig(file, config).architecture();
  }

  /** The same up to so many blocks. */
  public Architecture cutTo(int blocks) {
    return new Architecture(
        vocabulary,
        hidden,
        Math.min(layers, blocks),
        heads,
        kvHeads,
        headSize,
        feedForward,
        maxPositions,
        span,
        positions,
        block,
        layout,
        tiedEmbeddings);
  }

  /** Query heads that share one key and value head. */
  public int group() {
    return heads / kvHeads;
  }

  public int queryWidth() {
    return heads * headSize;
  }

  public int kvWidth() {
    return kvHeads * headSize;
  }

  /** Whether attention loses sight of what is {@link #span} positions behind. */
  public boolean slides() {
    return span < maxPositions;
  }

  /** Weights of all linear layers, the output layer included. */
  public long linearParameters() {
    long perBlock = 0;
    for (LoraTarget layer : LoraTarget.values()) {
      if (layer.isIn(block)) {
        perBlock += (long) layer.inputWidth(this) * layer.outputWidth(this);
      }
    }
    return layers * perBlock + (long) vocabulary * hidden;
  }

  /** Bytes of one position's keys and values in f32, all layers. */
  public long cacheBytesPerToken() {
    return 2L * layers * kvWidth() * Float.BYTES;
  }
}
