package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Differentiable;
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
   * A number of each answer's token: its log-probability, or what a head says; behind them what
   * else is told of the tokens, which leads nowhere; and the way back from there to the masters.
   *
   * @param step owns what the way back needs
   * @param draw what dropout leaves out follows from it (see {@link AdapterSettings#draw})
   * @return [targets], or more of as many each
   */
  Differentiable forward(NDManager step, AnswerBatch batch, long draw);

  /**
   * The first number of each as the masters are now, with nothing left out and no way back.
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
