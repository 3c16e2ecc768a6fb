package dev.hone.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A model's tensors, some of them with other values, which are computed whenever they are asked for
 * and are f32.
 *
 * @param before closed with this
 */
record ChangedTensors(TensorSource before, Map<String, Supplier<float[]>> changes)
    implements TensorSource {
  @Override
  public Set<String> names() {
    return before.names();
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = before.info(name);
    return changes.containsKey(name) ? new TensorInfo(name, ElementType.F32, info.shape()) : info;
  }

  @Override
  public MemorySegment data(String name) {
    if (!changes.containsKey(name)) {
      return before.data(name);
    }
    var values = MemorySegment.ofArray(changes.get(name).get());
    return Arena.ofAuto().allocate(values.byteSize(), FloatTensors.ALIGNMENT).copyFrom(values);
  }

  @Override
  public void close() {
    before.close();
  }
}
