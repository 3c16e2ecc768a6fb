package dev.hone.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of clients that ask at the same time. */
final class Load {
  private static final int MOST_CLIENTS = 1_000;

  @Option(
      names = "--clients",
      paramLabel = "N",
      split = ",",
      description = "Clients at the same time, one level after the other (default: 1,8,16,32).")
  private List<Integer> clients = List.of(1, 8, 16, 32);

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "Of each client; 0: two, and eight in all at least (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Tokens of each prompt, the template's included (default: ${DEFAULT-VALUE}).")
  private int promptTokens = 128;

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      description = "Tokens of each answer (default: ${DEFAULT-VALUE}).")
  private int answerTokens = 64;

  List<Integer> clients() {
    return clients;
  }

  int requests() {
    return requests;
  }

  int promptTokens() {
    return promptTokens;
  }

  int answerTokens() {
    return answerTokens;
  }

  /**
   * @throws ParameterException naming the option whose number can't be
   */
  void check(CommandSpec spec) {
    for (int count : clients) {
      require(spec, count >= 1 && count <= MOST_CLIENTS, "--clients", count);
    }
    require(spec, requests >= 0, "--requests", requests);
    require(spec, promptTokens >= 1, "--prompt-tokens", promptTokens);
    require(spec, answerTokens >= 1, "--answer-tokens", answerTokens);
  }

  private static void require(CommandSpec spec, boolean right, String option, int value) {
    if (!right) {
      throw new ParameterException(
          spec.commandLine(), "%s has a number that can't be: %d".formatted(option, value));
    }
  }
}
