package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A linear layer without bias from a hidden state behind the model's last norm to one number, as
 * the sequence classifiers of transformers have it: a reward, or the value of a state.
 *
 * @param weight [1, hidden], f32
 */
public record ScalarHead(NDArray weight) implements AutoCloseable {
  // PEFT keeps such a layer under this name too, but among the adapter's own tensors. Here it has a
  // file of its own, so that the adapter beside it is one like any other.
  private static final String FILE = "head.safetensors";
  private static final String NAME = "score.weight";

  /** Name and shape of the weight. */
  public static TensorInfo info(Architecture net) {
    return new TensorInfo(NAME, ElementType.F32, new long[] {1, net.hidden()});
  }

  /** One that says 0 of everything. */
  public static ScalarHead zero(NDManager manager, Architecture net) {
    return new ScalarHead(manager.zeros(new Shape(1, net.hidden()), DataType.FLOAT32));
  }

  /**
   * Reads a head.
   *
   * @throws ModelFormatException if there is none for such a model
   */
  public static ScalarHead load(NDManager manager, Path folder, Architecture net) {
    try (var source = Safetensors.open(folder.resolve(FILE));
        var mapped = FloatTensors.read(manager, source, NAME, info(net).shape())) {
      return new ScalarHead(mapped.duplicate());
    }
  }

  /**
   * Writes the head.
   *
   * @param folder exists; nothing is forced to disk
   */
  public void save(Path folder, Architecture net) {
    try (var writer =
        SafetensorsWriter.create(
            folder.resolve(FILE), List.of(info(net)), Map.of("format", "pt"))) {
      writer.write(NAME, MemorySegment.ofArray(weight.toFloatArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    weight.close();
  }
}
