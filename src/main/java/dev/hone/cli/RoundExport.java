package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.loop.export.EventFile;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = "Write down the figures of a round's steps, for a spreadsheet or TensorBoard.")
final class RoundExport implements Callable<Integer> {
  private static final String EVENTS = "tfevents";

  enum Format {
    CSV,
    TENSORBOARD
  }

  @Mixin private Instance instance;

  @Parameters(paramLabel = "ROUND", description = "Such as r1.", converter = RoundId.class)
  private String id;

  @Option(names = "--format", description = "csv or tensorboard (default: csv).")
  private Format format = Format.CSV;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description =
          "File to write, or a folder for one under its own name (default: the folder where you "
              + "are). TensorBoard reads files with 'tfevents' in their name.")
  private Path out = Path.of(".");

  @Override
  public Integer call() {
    Path target = out.toAbsolutePath().normalize();
    if (!Files.isDirectory(target)) {
      Download.checkWritable(target);
      if (format == Format.TENSORBOARD && !target.getFileName().toString().contains(EVENTS)) {
        throw new StartException(
            "TensorBoard reads only files with 'tfevents' in their name, which "
                + target.getFileName()
                + " lacks; name a folder instead");
      }
    }
    try (var server = LocalServer.reach(instance)) {
      var api = Api.of(server);
      var begun = Instant.parse(api.get("/api/rounds/" + id).path("startedAt").asText());
      Path file = Files.isDirectory(target) ? target.resolve(name(begun)) : target;
      try (InputStream content = api.open("/api/rounds/" + id + path())) {
        Download.write(content, file);
      }
      instance.answer(
          JsonNodeFactory.instance.objectNode().put("file", file.toString()), file + " written");
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String path() {
    return switch (format) {
      case CSV -> "/metrics.csv";
      case TENSORBOARD -> "/metrics.tfevents";
    };
  }

  private String name(Instant begun) {
    return switch (format) {
      case CSV -> id + ".csv";
      case TENSORBOARD -> EventFile.name(id, begun);
    };
  }
}
