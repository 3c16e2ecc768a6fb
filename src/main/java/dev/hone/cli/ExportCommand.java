package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = "Take data elsewhere.",
    subcommands = ExportCommand.Preferences.class)
final class ExportCommand {
  enum Kind {
    PAIRS,
    UNPAIRED,
    DEMONSTRATIONS
  }

  @Command(
      name = "preferences",
      description = "Export what the votes say, as JSON lines in TRL's formats.")
  static final class Preferences implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
    @Mixin private Instance instance;

    @Option(names = "--kind", description = "pairs, unpaired or demonstrations (default: pairs).")
    private Kind kind = Kind.PAIRS;

    @Parameters(paramLabel = "FILE|-", description = "Where to write; - is standard output.")
    private String target;

    @Override
    public Integer call() {
      boolean standardOutput = target.equals(STANDARD_OUTPUT);
      if (standardOutput && instance.json()) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--json needs a FILE: standard output is for the preferences then");
      }
      Path file = Path.of(target).toAbsolutePath();
      if (!standardOutput) {
        Download.checkWritable(file);
      }
      try (var server = LocalServer.reach(instance);
          InputStream lines =
              Api.of(server)
                  .open("/api/preferences/export?kind=" + kind.name().toLowerCase(Locale.ROOT))) {
        if (standardOutput) {
          lines.transferTo(System.out);
          System.out.flush();
          return 0;
        }
        Download.write(lines, file);
        long count = count(file);
        instance.answer(
            JsonNodeFactory.instance.objectNode().put("file", file.toString()).put("lines", count),
            count + " lines written to " + file);
        return 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static long count(Path file) throws IOException {
      try (var lines = Files.lines(file)) {
        return lines.count();
      }
    }
  }
}
