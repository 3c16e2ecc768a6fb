package dev.hone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.inference.InferenceBenchmark;
import dev.hone.operations.DataFolder;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "bench", description = "Measure this machine.", subcommands = Bench.Inference.class)
final class Bench {
  @Command(
      name = "inference",
      description = {
        "Tokens per second of prefill and decoding, for each precision and several batches.",
        "Wants the data folder for itself: a busy server would spoil the numbers."
      })
  static final class Inference implements Callable<Integer> {
    @Mixin private Instance instance;

    @Option(
        names = "--model",
        paramLabel = "MODEL",
        description = "Base to measure, brought if it is not here (default: the one served).")
    private String model;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "Write the table there too, such as docs/benchmarks/inference-<cpu>.md.")
    private Path out;

    @Override
    public Integer call() {
      try (var data = DataFolder.lock(instance.data())) {
        String id = instance.modelChoice().look(Optional.ofNullable(model));
        NativeLibraries.unpackInto(data.path());
        var report =
            InferenceBenchmark.run(
                instance.store().base(id),
                InferenceBenchmark.Settings.DEFAULT,
                instance.progress()::println);
        if (out != null) {
          Files.writeString(out, "# Inference\n\n" + report.toMarkdown());
        }
        instance.answer(
            new ObjectMapper().valueToTree(report), report.toMarkdown().stripTrailing());
        return 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted", e);
      }
    }
  }
}
