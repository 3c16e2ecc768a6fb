package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.alignment.TrainingException;
import dev.hone.inference.load.PromptTooShortException;
import dev.hone.model.ModelFormatException;
import dev.hone.model.UnsupportedModelException;
import dev.hone.operations.DataFolderTakenException;
import dev.hone.operations.StartException;
import dev.hone.preference.DamagedFileException;
import dev.hone.registry.PullException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What can go wrong for a person is said in a sentence; anything else is our fault, with a trace.
 * Where JSON is wanted, the last line of standard output says it too: {@code
 * {"error":{"code":"...","message":"..."}}}.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final int FAILED = 1;
  static final int DATA_FOLDER_TAKEN = 3;

  private static final String JSON = "--json";

  private final Map<String, String> environment;
  private final IParameterExceptionHandler usage;

  /**
   * @param usage tells people what is wrong with their command line
   */
  Failures(Map<String, String> environment, IParameterExceptionHandler usage) {
    this.environment = environment;
    this.usage = usage;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed)
      throws Exception {
    String message =
        switch (e) {
          case StartException _,
              PullException _,
              ModelFormatException _,
              UnsupportedModelException _,
              PromptTooShortException _,
              TrainingException _,
              DamagedFileException _,
              ServerException _ ->
              e.getMessage();
          case UncheckedIOException io -> io.getCause().toString();
          default -> {
            answer(line, parsed.originalArgs(), "internal", e.toString());
            throw e;
          }
        };
    line.getErr().println("hone: " + message);
    line.getErr().flush();
    answer(line, parsed.originalArgs(), code(e), message);
    return e instanceof DataFolderTakenException ? DATA_FOLDER_TAKEN : FAILED;
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) throws Exception {
    int exitCode = usage.handleParseException(e, arguments);
    answer(e.getCommandLine(), List.of(arguments), "usage", e.getMessage());
    return exitCode;
  }

  private static String code(Exception e) {
    return switch (e) {
      case DataFolderTakenException _ -> "data_folder_taken";
      case ServerException server -> server.code();
      case TrainingException training -> training.code();
      default -> "failed";
    };
  }

  private void answer(CommandLine line, List<String> arguments, String code, String message) {
    if (!wantsJson(arguments)) {
      return;
    }
    var error = JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
    line.getOut().println(JsonNodeFactory.instance.objectNode().set("error", error));
    line.getOut().flush();
  }

  /** Read from the words as they were typed: those of a wrong command line are never parsed. */
  private boolean wantsJson(List<String> arguments) {
    return arguments.stream()
        .takeWhile(argument -> !argument.equals("--"))
        .filter(argument -> argument.equals(JSON) || argument.startsWith(JSON + "="))
        .findFirst()
        .or(() -> EnvironmentDefaults.value(environment, JSON))
        .filter(value -> !value.endsWith("false"))
        .isPresent();
  }
}
