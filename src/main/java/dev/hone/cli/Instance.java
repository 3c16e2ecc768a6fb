package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.registry.ModelChoice;
import dev.hone.registry.ModelStore;
import dev.hone.registry.Progress;
import dev.hone.registry.Puller;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which instance of Hone a command is for, and how it answers. */
final class Instance {
  private static final int MAX_PORT = 65_535;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of this instance: database, settings, log (default: hone in the XDG data home).")
  private Path data = defaultData();

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "Folder of the models; instances may share it (default: model-store in the repository).")
  private Path models = Path.of(System.getProperty("dev.hone.home", ".")).resolve("model-store");

  @Option(
      names = "--json",
      fallbackValue = "true", // picocli's own is the opposite of the default, and HONE_JSON is one
      description = "End with one JSON object on the last line of standard output.")
  private boolean json;

  private Integer port;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Port of the server that this command starts (default: 8080 for serve, else a free one).")
  void choosePort(int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new ParameterException(
          command.commandLine(), "--port must be from 0 to %d, was %d".formatted(MAX_PORT, port));
    }
    this.port = port;
  }

  Path data() {
    return data.toAbsolutePath().normalize();
  }

  Path models() {
    return models.toAbsolutePath().normalize();
  }

  int port(int otherwise) {
    return port == null ? otherwise : port;
  }

  boolean json() {
    return json;
  }

  /** Whether a person types and reads. */
  static boolean onTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /** Progress is for people: it goes where results do not. */
  PrintStream progress() {
    return System.err;
  }

  /** The result: the object for programs, or the text for people. */
  void answer(JsonNode object, String text) {
    if (json) {
      System.out.println(object);
      return;
    }
    if (!text.isEmpty()) {
      System.out.println(text);
    }
  }

  /** The object for whoever reads the result, and the text beside it for people. */
  void answerBoth(JsonNode object, String text) {
    if (!json) {
      progress().println(text);
    }
    System.out.println(object);
  }

  ModelStore store() {
    return new ModelStore(models());
  }

  Puller puller() {
    return Puller.ofUser(store(), transfers());
  }

  ModelChoice modelChoice() {
    return new ModelChoice(data(), store(), puller(), transfers());
  }

  private Progress transfers() {
    return new Progress(progress(), onTerminal(), System::nanoTime);
  }

  private static Path defaultData() {
    String home = System.getenv("XDG_DATA_HOME");
    Path dataHome =
        home == null || home.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "share")
            : Path.of(home);
    return dataHome.resolve("hone");
  }
}
