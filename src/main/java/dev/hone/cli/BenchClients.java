package dev.hone.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  @Spec private CommandSpec spec;
  @Mixin private Instance instance;
  @Mixin private Load load;

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
      names = "--seconds",
      paramLabel = "N",
      description = "A level lasts that long at least (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the prompts; the same seed asks the same (default: the time).")
  private long seed = System.currentTimeMillis();

  @Override
  public Integer call() throws InterruptedException {
    load.check(spec);
    var settings =
        new ClientSettings(
            model,
            load.clients(),
            load.requests(),
            seconds,
            load.promptTokens(),
            load.answerTokens(),
            seed);
    var api = new Api(url, System.getenv().getOrDefault("HONE_KEY", ""));
    var levels =
        new StreamingClients(api, settings)
            .run(level -> instance.progress().println(LoadTable.line("HTTP", level)));
    var answer = new JsonMapper().createObjectNode().put("url", url);
    answer.set("levels", new JsonMapper().valueToTree(levels));
    instance.answer(answer, LoadTable.http(levels, Map.of()).stripTrailing());
    return 0;
  }
}
