package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** A batch's way through the blocks, and back. */
sealed interface StatesPass {
  /** Hidden states at the rows that are read, [targets, hidden], in no graph. */
  NDArray states();

  /**
   * Goes back once.
   *
   * @param gradient by the states, [targets, hidden]
   */
  void backward(NDArray gradient);

  /** Keeps the whole graph. */
  record Whole(NDArray outputs, NDArray states) implements StatesPass {
    static Whole of(NDArray outputs) {
      return new Whole(outputs, outputs.stopGradient());
    }

    @Override
    public void backward(NDArray gradient) {
      Autograd.backward(outputs, gradient);
    }
  }

  /** What {@link Checkpointed} runs; whether there is a graph is the caller's to say. */
  interface Blocks {
    int count();

    /** Whether gradients flow into what a text's tokens become. */
    boolean embeddingIsTrained();

    NDArray entry(NDManager owner);

    NDArray block(NDManager owner, int index, NDArray input);
  }

  /** Keeps each block's input, and makes its graph when its turn comes to go back. */
  final class Checkpointed implements StatesPass {
    private final NDManager step;
    private final Blocks blocks;
    private final List<NDArray> inputs = new ArrayList<>();
    private final NDArray states;

    Checkpointed(NDManager step, Blocks blocks) {
      this.step = step;
      this.blocks = blocks;
      this.states = Autograd.recording(false, this::forward);
    }

    private NDArray forward() {
      NDArray x = blocks.entry(step);
      for (int i = 0; i < blocks.count(); i++) {
        inputs.add(x);
        x = blocks.block(step, i, x);
      }
      return x;
    }

    @Override
    public NDArray states() {
      return states;
    }

    @Override
    public void backward(NDArray gradient) {
      Autograd.recording(true, () -> back(gradient));
    }

    private NDArray back(NDArray gradient) {
      NDArray behind = gradient;
      for (int i = blocks.count() - 1; i >= 0; i--) {
        try (NDManager passing = step.newSubManager();
            NDArray input = inputs.get(i)) {
          boolean goesOn = i > 0 || blocks.embeddingIsTrained();
          input.setRequiresGradient(goesOn);
          Autograd.backward(blocks.block(passing, i, input), behind);
          if (goesOn) {
            NDArray before = input.getGradient();
            before.attach(step);
            behind.close();
            behind = before;
          }
        }
      }
      if (blocks.embeddingIsTrained()) {
        Autograd.backward(blocks.entry(step), behind);
      }
      return behind;
    }
  }
}
