package dev.hone.inference;

import dev.hone.inference.constraint.Constraints;
import dev.hone.model.ChatFormat;
import dev.hone.model.GenerationDefaults;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Lanes whose logits are a function of the version and its tokens: tokens are bytes. */
final class ScriptedLanes implements LaneSource {
  private final String base;
  private final int slots;
  private final int window;
  private final ChatFormat format;
  private final BiFunction<String, int[], float[]> script;
  private final List<String> versions = new CopyOnWriteArrayList<>();
  private final Constraints constraints = new Constraints(ByteTokenizer::vocabulary);

  /** Told of each version that is loaded, before it is; may throw. */
  volatile Consumer<String> onLoad = _ -> {};

  /** Versions that take memory of their own. */
  final Set<String> ownWeights = ConcurrentHashMap.newKeySet();

  volatile boolean closed;

  ScriptedLanes(
      String base,
      int slots,
      int window,
      ChatFormat format,
      BiFunction<String, int[], float[]> script) {
    this.base = base;
    this.slots = slots;
    this.window = window;
    this.format = format;
    this.script = script;
    versions.add(base);
  }

  /** With an engine for them, on one device. */
  LoadedBase loaded(int queue) {
    return new LoadedBase(List.of(onDevice(queue)));
  }

  LoadedBase.OnDevice onDevice(int queue) {
    var runner =
        new FixedLogitsRunner(
            slots, window, (number, tokens) -> script.apply(versions.get(number), tokens));
    var engine =
        new InferenceEngine(
            runner,
            ByteTokenizer::new,
            new int[] {ByteTokenizer.END},
            new EngineLimits(queue, slots, 1_000, 1_000));
    return new LoadedBase.OnDevice(new ComputeDevice.Processor(), engine, this);
  }

  @Override
  public String base() {
    return base;
  }

  @Override
  public ServedModel model(String version) {
    return new ServedModel(version, format, new GenerationDefaults(1, 1, 0), window, constraints);
  }

  @Override
  public int load(String version, Optional<String> manifestSha256) {
    onLoad.accept(version);
    if (version.equals(base)) {
      return ModelRunner.BASE;
    }
    versions.add(version);
    return versions.size() - 1;
  }

  @Override
  public boolean hasOwnWeights(String version) {
    return ownWeights.contains(version);
  }

  @Override
  public void close() {
    closed = true;
  }
}
