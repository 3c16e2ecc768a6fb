package dev.hone.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hone.model.Architecture;
import dev.hone.model.Cpu;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.registry.ModelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Measures a model's network alone on this machine, precision by precision. */
public final class InferenceBenchmark {
  private final NDManager manager;
  private final Path folder;
  private final Architecture net;
  private final Settings settings;
  private final HardwareLimits limits;

  private InferenceBenchmark(
      NDManager manager, Path folder, Settings settings, HardwareLimits limits) {
    this.manager = manager;
    this.folder = folder;
    this.net = Architecture.load(folder);
    this.settings = settings;
    this.limits = limits;
  }

  /**
   * @param precisions in the order of the table; none means those that {@code auto} picks
   * @param prompts lengths of prefill; those beyond the model's window are left out
   * @param decodes what is decoded; likewise
   * @param repeats timed steps at most, of which the median counts; fewer of what takes long
   */
  public record Settings(
      List<Precision> precisions, List<Integer> prompts, List<Decoding> decodes, int repeats) {
    public static final Settings DEFAULT =
        new Settings(
            PrecisionMeter.CANDIDATES,
            List.of(128, 512, 2048),
            Stream.of(1, 4, 16, 32).map(batch -> new Decoding(batch, 256)).toList(),
            15);

    /** The same with others. */
    public Settings with(List<Precision> otherPrecisions) {
      return new Settings(otherPrecisions, prompts, decodes, repeats);
    }

    /** The same with one more. */
    public Settings and(Decoding more) {
      var all = Stream.concat(decodes.stream(), Stream.of(more)).distinct().toList();
      return new Settings(precisions, prompts, all, repeats);
    }
  }

  /**
   * @param batch sequences decoded at once
   * @param filled positions that each has in the cache
   */
  public record Decoding(int batch, int filled) {}

  /** A line of the table. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Row.Measured.class, name = "measured"),
    @JsonSubTypes.Type(value = Row.Unavailable.class, name = "unavailable")
  })
  public sealed interface Row {
    /**
     * @param loadSeconds mapping the file and packing the weights
     */
    record Measured(
        String precision,
        TextLoss.Loss loss,
        double loadSeconds,
        List<Prefill> prefill,
        List<Decode> decode)
        implements Row {}

    record Unavailable(String precision, String reason) implements Row {}
  }

  /**
   * @param limitTokensPerSecond what {@link HardwareLimits} allow
   * @param auto whether this precision is what {@code auto} picks for it
   */
  public record Prefill(
      int tokens, double tokensPerSecond, double limitTokensPerSecond, boolean auto) {}

  /**
   * @param tokensPerSecond of all sequences together
   */
  public record Decode(
      int batch, int filled, double tokensPerSecond, double limitTokensPerSecond, boolean auto) {}

  /**
   * @param text that losses are of
   */
  public record Report(
      String model,
      Cpu cpu,
      int threads,
      String libtorch,
      HardwareLimits limits,
      PrecisionPlan auto,
      int repeats,
      TextLoss.Text text,
      List<Row> rows) {
    public String toMarkdown() {
      return BenchmarkTable.of(this);
    }
  }

  /**
   * @param progress told what was measured, one line each
   * @throws InterruptedException when the calling thread is
   */
  public static Report run(InferenceConfig config, Settings settings, Consumer<String> progress)
      throws InterruptedException {
    Path folder = new ModelStore(config.models()).base(config.model());
    try (NDManager manager = ModelLoader.manager()) {
      int threads = JniUtils.getNumThreads();
      var limits =
          new HardwareLimits(MemoryBandwidth.bytesPerSecond(threads), MatmulSpeed.measure(manager));
      progress.accept(BenchmarkTable.line(limits));
      var plan = new ModelLoader(config).plan(manager, folder);
      var benchmark = new InferenceBenchmark(manager, folder, settings, limits);
      var loss = benchmark.loss();
      return new Report(
          config.model(),
          Cpu.current(),
          threads,
          manager.getEngine().getVersion(),
          limits,
          plan,
          settings.repeats(),
          loss.text(),
          benchmark.rows(plan, loss, progress));
    }
  }

  private List<Row> rows(PrecisionPlan plan, TextLoss loss, Consumer<String> progress) {
    var rows = new ArrayList<Row>();
    for (Precision precision : precisions(plan)) {
      rows.add(row(precision, plan, loss));
      progress.accept(BenchmarkTable.line(rows.getLast()));
    }
    return List.copyOf(rows);
  }

  private Set<Precision> precisions(PrecisionPlan plan) {
    return settings.precisions().isEmpty()
        ? plan.precisions()
        : EnumSet.copyOf(settings.precisions());
  }

  private TextLoss loss() {
    int[] text = TextLoss.shippedText(folder);
    try (var network = load(Precision.F32)) {
      return TextLoss.against(manager, network, text);
    }
  }

  private Row row(Precision precision, PrecisionPlan plan, TextLoss loss) {
    long start = System.nanoTime();
    try (var network = load(precision)) {
      double loadSeconds = (System.nanoTime() - start) / 1e9;
      var timer = new NetworkTimer(manager, network, settings.repeats());
      return new Row.Measured(
          precision.label(),
          loss.of(manager, network),
          loadSeconds,
          prompts().map(length -> prefill(timer, precision, plan, length)).toList(),
          decodes().map(decoding -> decode(timer, precision, plan, decoding)).toList());
    } catch (EngineException e) {
      return new Row.Unavailable(precision.label(), PrecisionMeter.reason(e));
    }
  }

  private Prefill prefill(NetworkTimer timer, Precision precision, PrecisionPlan plan, int length) {
    return new Prefill(
        length,
        timer.prefill(length).median(),
        limits.prefill(net, precision, length),
        precision == plan.prefill());
  }

  private Decode decode(
      NetworkTimer timer, Precision precision, PrecisionPlan plan, Decoding decoding) {
    int batch = decoding.batch();
    return new Decode(
        batch,
        decoding.filled(),
        timer.decode(batch, decoding.filled()).median(),
        limits.decode(net, precision, batch, decoding.filled()),
        precision == plan.decode().at(batch));
  }

  private Stream<Integer> prompts() {
    return settings.prompts().stream().filter(length -> length <= net.maxPositions());
  }

  private Stream<Decoding> decodes() {
    return settings.decodes().stream().filter(decoding -> room(decoding) <= net.maxPositions());
  }

  private int room(Decoding decoding) {
    return NetworkTimer.room(decoding.filled(), settings.repeats());
  }

  private Network load(Precision precision) {
    int window =
        Collections.max(
            Stream.of(Stream.of(1024), prompts(), decodes().map(this::room))
                .flatMap(lengths -> lengths)
                .toList());
    return Network.load(
        manager, folder, precision, Math.min(window, net.maxPositions()), Optional.empty());
  }
}
