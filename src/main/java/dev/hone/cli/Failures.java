package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.model.ModelFormatException;
import dev.hone.model.UnsupportedModelException;
import dev.hone.operations.DataFolderTakenException;
import dev.hone.operations.StartException;
import dev.hone.registry.PullException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * What can go wrong for a person is said in a sentence; anything else is our fault, with a trace.
 */
final class Failures implements IExecutionExceptionHandler {
  static final int FAILED = 1;
  static final int DATA_FOLDER_TAKEN = 3;

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed)
      throws Exception {
    String message =
        switch (e) {
          case StartException _,
              PullException _,
              ModelFormatException _,
              UnsupportedModelException _,
              ServerException _ ->
              e.getMessage();
          case UncheckedIOException io -> io.getCause().toString();
          default -> throw e;
        };
    line.getErr().println("hone: " + message);
    line.getErr().flush();
    var command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    var json = command.commandSpec().findOption("--json");
    if (json != null && Boolean.TRUE.equals(json.getValue())) {
      System.out.println(JsonNodeFactory.instance.objectNode().put("error", message));
    }
    return e instanceof DataFolderTakenException ? DATA_FOLDER_TAKEN : FAILED;
  }
}
