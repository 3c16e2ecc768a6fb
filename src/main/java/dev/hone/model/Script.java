package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A compiled TorchScript text. Its methods run without gradients but for one way. */
public final class Script implements AutoCloseable {
  private static final String METHOD = "module_method:";

  private final PtSymbolBlock block;

  private Script(PtSymbolBlock block) {
    this.block = block;
  }

  public static Script compile(NDManager manager, String source) {
    // The profiling executor compiles anew for shapes that it has not seen, and makes training
    // with frozen weights a third slower.
    JniUtils.setGraphExecutorOptimize(false);
    try (var archive = new ByteArrayInputStream(ScriptArchive.of(source))) {
      return new Script(JniUtils.loadModule((PtNDManager) manager, archive, false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a method so that what it returns can take part in gradients, and has them where an input
   * requires them and the thread is in grad mode.
   *
   * @param inputs in the method's order, each named; members of a list by the list's name and
   *     {@code []}. Only tensors can be passed.
   */
  NDArray differentiable(NDManager manager, String method, NDList inputs) {
    return differentiables(manager, method, inputs).singletonOrThrow();
  }

  /** The same of a method that returns several. */
  NDList differentiables(NDManager manager, String method, NDList inputs) {
    try (NDArray name = manager.create(0)) {
      name.setName(METHOD + method);
      var all = new NDList(inputs);
      all.add(name);
      NDList results = IValueUtils.forward(block, all, true);
      results.attach(manager);
      return results;
    }
  }

  /** Runs a method; the caller closes what comes back. */
  public IValue call(String method, IValue... arguments) {
    return IValueUtils.runMethod(block, method, arguments);
  }

  /** Runs a method that returns a tensor, which the manager then owns. */
  public NDArray tensor(NDManager manager, String method, IValue... arguments) {
    try (IValue result = call(method, arguments)) {
      return result.toTensor((PtNDManager) manager);
    }
  }

  /** Holds on to the tensor as long as it is not closed. */
  public static IValue value(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  public static IValue list(List<NDArray> arrays) {
    return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
  }

  @Override
  public void close() {
    block.close();
  }
}
