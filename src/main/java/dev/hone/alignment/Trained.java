package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.TensorInfo;
import java.nio.file.Path;
import java.util.List;

/** What a training moves, as a function of prompts and answers. On the thread that makes it. */
public interface Trained extends AutoCloseable {
  /** The numbers that it moves. */
  List<NDArray> masters();

  /** Name and shape of each of them, in their order. */
  List<TensorInfo> layout();

  /**
   * A number of each answer's token: its log-probability, or what a head says. Gradients flow to
   * the masters where the thread is in grad mode.
   *
   * @return [targets], f32, owned by {@code step}
   */
  NDArray outputs(NDManager step, AnswerBatch batch);

  /**
   * Writes a version that says the same.
   *
   * @param folder exists; nothing is forced to disk
   */
  void save(Path folder);

  /** Closes the masters too. */
  @Override
  void close();
}
