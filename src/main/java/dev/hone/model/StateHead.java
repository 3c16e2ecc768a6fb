package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers of each state by something that is trained too. Of more states than a chunk no graph is
 * kept: on the way back it is made again chunk by chunk, since only then the slopes are known that
 * the trained matrix's gradient sums up by.
 */
final class StateHead implements Differentiable {
  interface Numbers {
    /**
     * @param from index of the first of the states among all
     * @return [kinds, states]
     */
    NDArray of(NDManager owner, NDArray states, int from);
  }

  private final NDManager step;
  private final StatesPass pass;
  private final Numbers numbers;
  private final List<Piece> pieces = new ArrayList<>();
  private final boolean graphIsKept;

  /** {@code outputs} without a graph unless it is kept. */
  private record Piece(int from, NDArray states, NDArray outputs) {}

  StateHead(NDManager step, StatesPass pass, int chunk, Numbers numbers) {
    this.step = step;
    this.pass = pass;
    this.numbers = numbers;
    int count = (int) pass.states().getShape().get(0);
    this.graphIsKept = count <= chunk;
    for (int from = 0; from < count; from += chunk) {
      var index = new NDIndex("{}:{}", from, Math.min(count, from + chunk));
      pieces.add(piece(Autograd.leaf(pass.states().get(index)), from));
    }
  }

  private Piece piece(NDArray states, int from) {
    return new Piece(
        from, states, Autograd.recording(graphIsKept, () -> numbers.of(step, states, from)));
  }

  @Override
  public float[] values() {
    var outputs = new NDList();
    pieces.forEach(piece -> outputs.add(piece.outputs()));
    return NDArrays.concat(outputs, 1).toFloatArray();
  }

  @Override
  public void backward(float[] slopes) {
    long count = pass.states().getShape().get(0);
    NDArray all = step.create(slopes, new Shape(slopes.length / count, count));
    var gradients = new NDList();
    for (Piece piece : pieces) {
      try (NDManager passing = step.newSubManager()) {
        NDArray outputs =
            graphIsKept
                ? piece.outputs()
                : Autograd.recording(true, () -> numbers.of(passing, piece.states(), piece.from()));
        long to = piece.from() + piece.states().getShape().get(0);
        NDArray own = all.get(new NDIndex(":, {}:{}", piece.from(), to));
        own.attach(passing);
        Autograd.backward(outputs, own);
      }
      gradients.add(piece.states().getGradient());
    }
    pass.backward(NDArrays.concat(gradients));
  }
}
