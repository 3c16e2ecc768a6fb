package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.RealModel;
import dev.hone.inference.InferenceBenchmark.Decode;
import dev.hone.inference.InferenceBenchmark.Decoding;
import dev.hone.inference.InferenceBenchmark.Prefill;
import dev.hone.inference.InferenceBenchmark.Report;
import dev.hone.inference.InferenceBenchmark.Row;
import dev.hone.inference.InferenceBenchmark.Settings;
import dev.hone.inference.load.LoadLevel;
import dev.hone.model.Architecture;
import dev.hone.model.Cpu;
import dev.hone.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceBenchmarkTest {
  @TempDir Path data;

  private InferenceConfig config() {
    Path folder = RealModel.folder();
    return BenchmarkConfig.of(
        data, folder.getParent().getParent(), folder.getFileName().toString(), "f32-prepacked");
  }

  @Test
  void everyPrecisionGetsALine() throws InterruptedException {
    var settings =
        new Settings(
            List.of(Precision.F32_PREPACKED, Precision.BF16_PREPACKED),
            List.of(16, 1_000_000),
            List.of(new Decoding(1, 8), new Decoding(2, 8)),
            3);
    var progress = new ArrayList<String>();
    var report = InferenceBenchmark.run(config(), settings, progress::add);
    assertThat(report.rows()).hasSize(2);
    assertThat(progress).hasSize(3);
    assertThat(report.limits().memoryBytesPerSecond()).isGreaterThan(1e8);
    assertThat(report.limits().matmul().f32()).isGreaterThan(1e9);
    assertThat(report.limits().matmul().int8()).isGreaterThan(1e9);
    assertThat(report.auto()).isEqualTo(PrecisionPlan.all(Precision.F32_PREPACKED));
    assertThat(report.rows().getFirst())
        .isInstanceOfSatisfying(
            Row.Measured.class,
            row -> {
              assertThat(row.loss().perplexity()).isBetween(-1e-4, 1e-4);
              // No window holds the other.
              assertThat(row.prefill()).extracting(Prefill::tokens).containsExactly(16);
              assertThat(row.prefill().getFirst().tokensPerSecond()).isPositive();
              assertThat(row.prefill()).allMatch(Prefill::auto);
              assertThat(row.decode()).hasSize(2).allMatch(Decode::auto);
            });
  }

  @Test
  void noPrecisionNamedMeansThoseThatAutoPicks() throws InterruptedException {
    var settings = new Settings(List.of(), List.of(8), List.of(new Decoding(1, 4)), 1);
    var report = InferenceBenchmark.run(config(), settings, _ -> {});
    assertThat(report.rows())
        .singleElement()
        .isInstanceOfSatisfying(
            Row.Measured.class, row -> assertThat(row.precision()).isEqualTo("f32-prepacked"));
  }

  @Test
  void theEngineAnswersEveryClientInFull() throws InterruptedException {
    var settings = new EngineBenchmark.Settings(List.of(1, 3), 1, 64, 6, 2, 1);
    var progress = new ArrayList<LoadLevel>();
    var report = EngineBenchmark.run(config(), settings, progress::add);
    assertThat(report.levels()).isEqualTo(progress);
    assertThat(report.levels()).extracting(LoadLevel::clients).containsExactly(1, 3);
    assertThat(report.levels()).extracting(LoadLevel::tokens).containsExactly(6, 18);
    assertThat(report.levels())
        .allSatisfy(
            level -> {
              assertThat(level.promptTokens()).isBetween(62.0, 66.0);
              assertThat(level.firstTokenP95()).isPositive();
              assertThat(level.cachedTokens()).isZero();
            });
    assertThat(report.schema().free()).isPositive();
    assertThat(report.schema().held()).isPositive();
    assertThat(report.speculation().with().ordinary()).isPositive();
    assertThat(report.speculation().without().repeating()).isPositive();
    assertThat(report.speculation().without().use()).isEqualTo(new SpeculationUse(0, 0, 0));
  }

  @Test
  void aPassIsLimitedByMemoryOrByItsProducts() {
    var net = Architecture.load(RealModel.folder());
    var slowMemory = new HardwareLimits(1e9, new MatmulSpeed(1e15, 1e15, 1e15));
    var slowProducts = new HardwareLimits(1e15, new MatmulSpeed(1e9, 1e9, 1e9));
    double bytes = 4.0 * net.linearParameters() + 256.0 * net.cacheBytesPerToken();
    assertThat(slowMemory.decode(net, Precision.F32, 1, 256)).isEqualTo(1e9 / bytes);
    double operations = 2.0 * net.linearParameters() + 4.0 * 256 * net.queryWidth() * net.layers();
    assertThat(slowProducts.decode(net, Precision.F32, 1, 256)).isEqualTo(1e9 / operations);
    assertThat(slowProducts.prefill(net, Precision.F32, 512))
        .isGreaterThan(slowProducts.decode(net, Precision.F32, 1, 256));
  }

  @Test
  void theTableSaysWhatIsMissingAndWhy() {
    var report =
        new Report(
            "a-model",
            new Cpu("A CPU [avx2]", 2),
            2,
            "2.7.1",
            new HardwareLimits(31.04e9, new MatmulSpeed(210e9, 0, 800e9)),
            PrecisionPlan.all(Precision.INT8),
            15,
            new TextLoss.Text(2273, 512),
            List.of(
                new Row.Unavailable("bf16-prepacked", "needs avx512"),
                new Row.Measured(
                    "int8",
                    new TextLoss.Loss(0.0071, 0.0012),
                    1.24,
                    List.of(new Prefill(512, 1234.4, 2468.8, true)),
                    List.of(
                        new Decode(1, 256, 50.4, 60, true), new Decode(4, 256, 150, 200, false)))));
    assertThat(report.toMarkdown())
        .isEqualTo(
            """
            Model a-model on A CPU [avx2], 2 threads, libtorch 2.7.1.
            Memory is read at 31.0 GB/s; matrix products: 210 GFLOP/s in f32, none in bf16, 800 GFLOP/s in int8.

            Tokens per second, all sequences together: medians of up to 15 steps after a warm-up; in brackets the share of what
            memory and matrix products allow. Bold is what `auto` picks. Loss is of perplexity against f32 on 2273 tokens of the text that ships with Hone, read 512 at a time,
            ± its standard error.

            | precision | prefill 512 | decode x1, KV 256 | decode x4, KV 256 | loss | load |
            | --- | --- | --- | --- | --- | --- |
            | bf16-prepacked | not on this machine: needs avx512 |  |  |  |  |
            | int8 | **1234** (50%) | **50** (84%) | 150 (75%) | 0.71% ± 0.12 | 1.2 s |
            """);
  }
}
