package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Keys and values of blocks of {@link CacheMemory#BLOCK} tokens each, which outlive the slots that
 * they were computed in: keys [blocks, kvHeads, headSize, BLOCK], values [blocks, kvHeads, BLOCK,
 * headSize], one of each a layer. Serves every cache of the same architecture on one thread; which
 * block holds what is its user's to know. Takes its memory when the first block is stored.
 */
public final class BlockPool implements AutoCloseable {
  private static final String SOURCE =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def empty(self: __torch__.M, like: List[Tensor], sizes: List[int]) -> List[Tensor]:
          out = annotate(List[Tensor], [])
          for i in range(LAYERS):
            _1 = torch.append(out, torch.new_empty(like[i], sizes))
          return out
        def store(self: __torch__.M, ks: List[Tensor], vs: List[Tensor], keys: List[Tensor], values: List[Tensor], slot: int, start: int, blocks: Tensor) -> int:
          n = torch.size(blocks, 0)
          length = torch.mul(n, BLOCK)
          for i in range(LAYERS):
            k = torch.narrow(torch.select(ks[i], 0, slot), 2, start, length)
            v = torch.narrow(torch.select(vs[i], 0, slot), 1, start, length)
            _1 = torch.index_copy_(keys[i], 0, blocks, torch.permute(torch.view(k, [KV_HEADS, SIZE, n, BLOCK]), [2, 0, 1, 3]))
            _2 = torch.index_copy_(values[i], 0, blocks, torch.permute(torch.view(v, [KV_HEADS, n, BLOCK, SIZE]), [1, 0, 2, 3]))
          return length
        def restore(self: __torch__.M, ks: List[Tensor], vs: List[Tensor], keys: List[Tensor], values: List[Tensor], slot: int, blocks: Tensor) -> int:
          n = torch.size(blocks, 0)
          length = torch.mul(n, BLOCK)
          for i in range(LAYERS):
            k = torch.narrow(torch.select(ks[i], 0, slot), 2, 0, length)
            v = torch.narrow(torch.select(vs[i], 0, slot), 1, 0, length)
            _1 = torch.copy_(torch.view(k, [KV_HEADS, SIZE, n, BLOCK]), torch.permute(torch.index_select(keys[i], 0, blocks), [1, 2, 0, 3]))
            _2 = torch.copy_(torch.view(v, [KV_HEADS, n, BLOCK, SIZE]), torch.permute(torch.index_select(values[i], 0, blocks), [1, 0, 2, 3]))
          return length
      """;

  private final NDManager manager;
  private final Architecture net;
  private final int blocks;
  private Optional<Tensors> tensors = Optional.empty();

  private record Tensors(Script script, IValue keys, IValue values) {}

  /**
   * @param manager of the tensors that say which blocks; not closed by the pool
   */
  public BlockPool(NDManager manager, Architecture net, int blocks) {
    this.manager = manager;
    this.net = net;
    this.blocks = blocks;
  }

  /**
   * Copies whole blocks out of a slot.
   *
   * @param start position of the first one's first token
   * @param into places in this pool, in the order of the positions
   */
  public void store(KvCache cache, int slot, int start, int[] into) {
    cache.checkHolds(slot + 1, start + into.length * CacheMemory.BLOCK);
    var to = opened(cache);
    try (NDArray places = places(into);
        IValue s = IValue.from((long) slot);
        IValue at = IValue.from((long) start);
        IValue b = Script.value(places);
        IValue done =
            to.script.call("store", cache.keys(), cache.values(), to.keys, to.values, s, at, b)) {
      assert done.toLong() == (long) into.length * CacheMemory.BLOCK;
    }
  }

  /** Copies blocks over a slot's first positions, in their order. */
  public void restore(KvCache cache, int slot, int[] from) {
    cache.checkHolds(slot + 1, from.length * CacheMemory.BLOCK);
    var of = opened(cache);
    try (NDArray places = places(from);
        IValue s = IValue.from((long) slot);
        IValue b = Script.value(places);
        IValue done =
            of.script.call("restore", cache.keys(), cache.values(), of.keys, of.values, s, b)) {
      assert done.toLong() == (long) from.length * CacheMemory.BLOCK;
    }
  }

  private NDArray places(int[] chosen) {
    long[] places = Arrays.stream(chosen).asLongStream().toArray();
    return manager.create(places, new Shape(places.length));
  }

  /** In the same type and on the same device as the slots. */
  private Tensors opened(KvCache cache) {
    if (tensors.isEmpty()) {
      var script = Script.compile(manager, source());
      int size = net.headSize();
      tensors =
          Optional.of(
              new Tensors(
                  script,
                  empty(script, cache, List.of(net.kvHeads(), size, CacheMemory.BLOCK)),
                  empty(script, cache, List.of(net.kvHeads(), CacheMemory.BLOCK, size))));
    }
    return tensors.get();
  }

  private IValue empty(Script script, KvCache cache, List<Integer> block) {
    long[] sizes = {blocks, block.get(0), block.get(1), block.get(2)};
    try (IValue s = IValue.listFrom(sizes)) {
      return script.call("empty", cache.keys(), s);
    }
  }

  private String source() {
    return SOURCE
        .replace("LAYERS", "" + net.layers())
        .replace("KV_HEADS", "" + net.kvHeads())
        .replace("SIZE", "" + net.headSize())
        .replace("BLOCK", "" + CacheMemory.BLOCK);
  }

  @Override
  public void close() {
    tensors.ifPresent(
        open -> {
          open.keys.close();
          open.values.close();
          open.script.close();
        });
    tensors = Optional.empty();
  }
}
