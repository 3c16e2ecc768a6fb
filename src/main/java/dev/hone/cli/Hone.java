package dev.hone.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The one entry point: parses the command line and starts what the command needs, no more. Quarkus
 * and the network's native code are started by {@code serve} alone.
 */
@QuarkusMain
@Command(
    name = "hone",
    description = "A self-hosted chat assistant that gets better from its own users' votes.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Each option can be set as a variable too: HONE_PORT for --port, HONE_DATA for --data.",
      "HONE_KEY: the key that a server wants which is not bound to this machine alone.",
      "HONE_NATIVES: cuda builds with libtorch for CUDA (Linux x86_64, a download of 2.5 GB).",
      "HONE_DB_URL: a PostgreSQL to use instead of the embedded one",
      "  (postgres://user:password@host:5432/database)."
    },
    subcommands = {
      Serve.class,
      RunTests.class,
      Pull.class,
      Chat.class,
      ImportCommand.class,
      ExportCommand.class,
      RoundCommand.class,
      ListVersions.class,
      ListRewardModels.class,
      Publish.class,
      Rollback.class,
      EvaluateCommand.class,
      Bench.class,
      Worker.class
    })
public final class Hone implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine(System.getenv()).execute(args));
  }

  static CommandLine commandLine(Map<String, String> environment) {
    var line = new CommandLine(new Hone());
    line.setDefaultValueProvider(new EnvironmentDefaults(environment));
    var failures = new Failures(environment, line.getParameterExceptionHandler());
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    addHelp(line);
    return line;
  }

  private static void addHelp(CommandLine line) {
    var spec = line.getCommandSpec();
    if (spec.findOption("--version") == null) {
      spec.mixinStandardHelpOptions(true);
      spec.version("hone " + Hone.class.getPackage().getImplementationVersion());
    } else {
      // Of a command that means a model's version.
      spec.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help message and exit.")
              .build());
    }
    // A command stands there under its aliases too.
    line.getSubcommands().values().stream().distinct().forEach(Hone::addHelp);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
  }
}
