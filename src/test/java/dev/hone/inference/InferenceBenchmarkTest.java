package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.RealModel;
import dev.hone.inference.InferenceBenchmark.Decode;
import dev.hone.inference.InferenceBenchmark.Report;
import dev.hone.inference.InferenceBenchmark.Row;
import dev.hone.inference.InferenceBenchmark.Settings;
import dev.hone.model.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceBenchmarkTest {
  @Test
  void everyPrecisionGetsALine() throws InterruptedException {
    var settings =
        new Settings(
            List.of(Precision.F32_PREPACKED, Precision.BF16_PREPACKED), List.of(1, 2), 16, 8, 3);
    var progress = new ArrayList<String>();
    var report = InferenceBenchmark.run(RealModel.folder(), settings, progress::add);
    assertThat(report.rows()).hasSize(2);
    assertThat(progress).hasSize(3);
    assertThat(report.memoryBytesPerSecond()).isGreaterThan(1e8);
    assertThat(report.rows().getFirst())
        .isInstanceOfSatisfying(
            Row.Measured.class,
            row -> {
              assertThat(row.prefill()).isPositive();
              assertThat(row.loss()).isBetween(-1e-4, 1e-4);
              assertThat(row.decode()).hasSize(2);
            });
  }

  @Test
  void theTableSaysWhatIsMissingAndWhy() {
    var settings = new Settings(List.of(Precision.INT8), List.of(1, 4), 512, 256, 15);
    var decode = List.of(new Decode(1, 50.4, 59.6), new Decode(4, 150, 230));
    var report =
        new Report(
            "a-model",
            new Cpu("A CPU [avx2]", 2),
            2,
            "2.7.1",
            31.04e9,
            settings,
            List.of(
                new Row.Measured("int8", 0.0071, 1.24, 1234.4, decode),
                new Row.Unavailable("bf16-prepacked", "needs avx512")));
    assertThat(report.toMarkdown())
        .isEqualTo(
            """
            Model a-model on A CPU [avx2], 2 threads, libtorch 2.7.1; memory is read at 31.0 GB/s.

            Tokens per second, all sequences together; medians of 15 steps after a warm-up.
            Decoding with 256 positions filled; the floor is what reading weights and cache allows.
            Loss is perplexity on a short text against f32.

            | precision | prefill 512 | decode x1 (floor) | decode x4 (floor) | loss | load |
            | --- | --- | --- | --- | --- | --- |
            | int8 | 1234 | 50 (60) | 150 (230) | 0.71% | 1.2 s |
            | bf16-prepacked | not on this machine: needs avx512 |  |  |  |  |
            """);
  }
}
