package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import dev.hone.model.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * AdamW (Loshchilov and Hutter 2019) over f32 masters in one fused call, after shortening the
 * gradients to a greatest norm over all of them together.
 */
final class AdamW implements AutoCloseable {
  private static final String SOURCE =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def norm(self: __torch__.M, g: List[Tensor]) -> Tensor:
          return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)))
        def move(self: __torch__.M, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], norm: Tensor, rate: float, decay: float, longest: float) -> int:
          scale = torch.clamp_min(torch.div(torch.add(norm, 1e-6), longest), 1.)
          torch._foreach_add_(t, 1)
          torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), t, lr=rate, beta1=0.9, beta2=0.999, weight_decay=decay, eps=1e-8, amsgrad=False, maximize=False, grad_scale=scale, found_inf=None)
          torch._foreach_zero_(g)
          return torch.len(p)
        def resumeAt(self: __torch__.M, t: List[Tensor], step: float) -> int:
          torch._foreach_zero_(t)
          torch._foreach_add_(t, step)
          return torch.len(t)
        def forget(self: __torch__.M, g: List[Tensor]) -> int:
          torch._foreach_zero_(g)
          return torch.len(g)
      """;

  private final NDManager manager;
  private final Script script;
  private final List<NDArray> masters;
  private final List<NDArray> means;
  private final List<NDArray> squares;
  private final List<NDArray> steps;
  private final List<Group> groups;
  private final double maxGradientNorm;
  private int updates;

  /** Masters that weight decay pulls at alike, by their indices. */
  private record Group(List<Integer> members, double decay) {
    <T> List<T> of(List<T> all) {
      return members.stream().map(all::get).toList();
    }
  }

  /**
   * @param masters leaves that require gradients; changed in place
   * @param decays how much weight decay pulls at each
   */
  AdamW(NDManager parent, List<NDArray> masters, List<Double> decays, double maxGradientNorm) {
    this.manager = parent.newSubManager();
    this.script = Script.compile(manager, SOURCE);
    this.masters = masters;
    this.means = zeros();
    this.squares = zeros();
    this.steps = new ArrayList<>();
    masters.forEach(_ -> steps.add(manager.zeros(new Shape())));
    this.groups = groups(decays);
    this.maxGradientNorm = maxGradientNorm;
  }

  private static List<Group> groups(List<Double> decays) {
    return decays.stream()
        .distinct()
        .map(
            decay ->
                new Group(
                    IntStream.range(0, decays.size())
                        .filter(i -> decays.get(i).equals(decay))
                        .boxed()
                        .toList(),
                    decay))
        .toList();
  }

  private List<NDArray> zeros() {
    return masters.stream().map(master -> manager.zeros(master.getShape())).toList();
  }

  /** Running means of the gradients, then of their squares, in the masters' order. */
  List<NDArray> means() {
    return means;
  }

  List<NDArray> squares() {
    return squares;
  }

  /** Steps so far. */
  int updates() {
    return updates;
  }

  /** Goes on as if so many steps had been made; means and squares are the caller's to set. */
  void resumeAt(int step) {
    updates = step;
    try (IValue t = Script.list(steps);
        IValue s = IValue.from((double) step);
        IValue count = script.call("resumeAt", t, s)) {
      assert count.toLong() == steps.size();
    }
  }

  /**
   * Moves the masters along their accumulated gradients and sets those to zero.
   *
   * @return the norm of all gradients before it was shortened
   */
  double step(double rate) {
    updates++;
    try (NDManager passing = manager.newSubManager()) {
      List<NDArray> gradients = gradients(passing);
      NDArray norm = norm(passing, gradients);
      groups.forEach(group -> move(group, gradients, norm, rate));
      return norm.getFloat();
    }
  }

  private NDArray norm(NDManager passing, List<NDArray> gradients) {
    try (IValue g = Script.list(gradients)) {
      return script.tensor(passing, "norm", g);
    }
  }

  private void move(Group group, List<NDArray> gradients, NDArray norm, double rate) {
    try (IValue p = Script.list(group.of(masters));
        IValue g = Script.list(group.of(gradients));
        IValue m = Script.list(group.of(means));
        IValue v = Script.list(group.of(squares));
        IValue t = Script.list(group.of(steps));
        IValue n = Script.value(norm);
        IValue r = IValue.from(rate);
        IValue d = IValue.from(group.decay());
        IValue l = IValue.from(maxGradientNorm);
        IValue count = script.call("move", p, g, m, v, t, n, r, d, l)) {
      assert count.toLong() == group.members().size();
    }
  }

  /** Sets the accumulated gradients to zero. */
  void forget() {
    try (NDManager passing = manager.newSubManager();
        IValue g = Script.list(gradients(passing));
        IValue count = script.call("forget", g)) {
      assert count.toLong() == masters.size();
    }
  }

  private List<NDArray> gradients(NDManager passing) {
    var gradients = new ArrayList<NDArray>();
    for (NDArray master : masters) {
      NDArray gradient = master.getGradient();
      gradient.attach(passing);
      gradients.add(gradient);
    }
    return gradients;
  }

  int openResources() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
