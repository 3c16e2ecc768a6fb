package dev.hone.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "clients",
    description = {
      "What streaming clients get of a server with OpenAI's API, Hone's or another.",
      "",
      "Each asks for a chat completion of its own, distinct from its first words on, waits for the "
          + "end and asks again. Tokens are counted as the server's usage says; the first token is "
          + "the first piece with text. Start it with nice, so that it takes no time from the server."
    })
final class BenchClients implements Callable<Integer> {
  private static final int MOST_CLIENTS = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private Instance instance;

  @Option(
      names = "--url",
      paramLabel = "URL",
      required = true,
      description = "The server, such as http://127.0.0.1:8080; HONE_KEY is sent if it is set.")
  private String url;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "By the server's name for it (default: ${DEFAULT-VALUE}).")
  private String model = "base";

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
      names = "--seconds",
      paramLabel = "N",
      description = "A level lasts that long at least (default: ${DEFAULT-VALUE}).")
  private int seconds;

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

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the prompts; the same seed asks the same (default: the time).")
  private long seed = System.currentTimeMillis();

  @Override
  public Integer call() throws InterruptedException {
    check(spec, clients, requests, promptTokens, answerTokens);
    var settings =
        new ClientSettings(model, clients, requests, seconds, promptTokens, answerTokens, seed);
    var api = new Api(url, System.getenv().getOrDefault("HONE_KEY", ""));
    var levels =
        new StreamingClients(api, settings)
            .run(level -> instance.progress().println(LoadTable.line("HTTP", level)));
    var answer = new JsonMapper().createObjectNode().put("url", url);
    answer.set("levels", new JsonMapper().valueToTree(levels));
    instance.answer(answer, LoadTable.http(levels, Map.of()).stripTrailing());
    return 0;
  }

  static void check(
      CommandSpec spec, List<Integer> clients, int requests, int promptTokens, int answerTokens) {
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
