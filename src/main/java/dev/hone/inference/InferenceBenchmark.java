package dev.hone.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hone.model.Architecture;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures prefill and decoding of a model on this machine, precision by precision. */
public final class InferenceBenchmark {
  private InferenceBenchmark() {}

  /**
   * @param precisions in the order of the table
   * @param batches sequences decoded at once
   * @param prompt tokens of the prefill
   * @param filled positions in the cache while decoding
   * @param repeats timed steps, of which the median counts
   */
  public record Settings(
      List<Precision> precisions, List<Integer> batches, int prompt, int filled, int repeats) {
    public static final Settings DEFAULT =
        new Settings(List.of(Precision.values()), List.of(1, 4, 16), 512, 256, 15);
  }

  /** A line of the table. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Row.Measured.class, name = "measured"),
    @JsonSubTypes.Type(value = Row.Unavailable.class, name = "unavailable")
  })
  public sealed interface Row {
    /**
     * @param loss perplexity against f32 on the shipped text, 0.01 is one percent worse
     * @param loadSeconds mapping the file and packing the weights
     * @param prefill prompt tokens per second
     */
    record Measured(
        String precision, double loss, double loadSeconds, double prefill, List<Decode> decode)
        implements Row {}

    record Unavailable(String precision, String reason) implements Row {}
  }

  /**
   * @param tokensPerSecond of all sequences together
   * @param floorTokensPerSecond if nothing but reading weights and cache took time
   */
  public record Decode(int batch, double tokensPerSecond, double floorTokensPerSecond) {}

  public record Report(
      String model,
      Cpu cpu,
      int threads,
      String libtorch,
      double memoryBytesPerSecond,
      Settings settings,
      List<Row> rows) {
    public String toMarkdown() {
      return BenchmarkTable.of(this);
    }
  }

  /**
   * @param folder of the model
   * @param progress told what was measured, one line each
   * @throws InterruptedException when the calling thread is
   */
  public static Report run(Path folder, Settings settings, Consumer<String> progress)
      throws InterruptedException {
    try (NDManager manager = ModelLoader.manager()) {
      int threads = JniUtils.getNumThreads();
      double bandwidth = MemoryBandwidth.bytesPerSecond(threads);
      progress.accept("memory: %.1f GB/s".formatted(bandwidth / 1e9));
      var loss = loss(manager, folder, settings);
      var rows = new ArrayList<Row>();
      for (Precision precision : settings.precisions()) {
        rows.add(row(manager, folder, settings, precision, loss, bandwidth));
        progress.accept(BenchmarkTable.line(rows.getLast()));
      }
      return new Report(
          folder.getFileName().toString(),
          Cpu.current(),
          threads,
          manager.getEngine().getVersion(),
          bandwidth,
          settings,
          List.copyOf(rows));
    }
  }

  private static TextLoss loss(NDManager manager, Path folder, Settings settings) {
    int[] text = TextLoss.shippedText(folder);
    try (var network = load(manager, folder, settings, Precision.F32)) {
      return TextLoss.against(manager, network, text);
    }
  }

  private static Row row(
      NDManager manager,
      Path folder,
      Settings settings,
      Precision precision,
      TextLoss loss,
      double bandwidth) {
    long start = System.nanoTime();
    try (var network = load(manager, folder, settings, precision)) {
      double loadSeconds = (System.nanoTime() - start) / 1e9;
      var timer = new NetworkTimer(manager, network, settings.repeats());
      var decode = new ArrayList<Decode>();
      for (int batch : settings.batches()) {
        decode.add(
            new Decode(
                batch,
                timer.decodeTokensPerSecond(batch, settings.filled()),
                floor(network.architecture(), precision, batch, settings.filled(), bandwidth)));
      }
      return new Row.Measured(
          precision.label(),
          loss.of(manager, network),
          loadSeconds,
          timer.prefillTokensPerSecond(settings.prompt()),
          List.copyOf(decode));
    } catch (EngineException e) {
      return new Row.Unavailable(precision.label(), PrecisionMeter.reason(e));
    }
  }

  private static Network load(
      NDManager manager, Path folder, Settings settings, Precision precision) {
    int window = Math.max(1024, settings.filled() + settings.prompt() + 64);
    return Network.load(manager, folder, precision, window, Optional.empty());
  }

  /** A step reads every weight once, and every sequence's keys and values. */
  private static double floor(
      Architecture net, Precision precision, int batch, int filled, double bandwidth) {
    double bytes = precision.weightBytes(net) + (double) batch * filled * net.cacheBytesPerToken();
    return batch * bandwidth / bytes;
  }
}
