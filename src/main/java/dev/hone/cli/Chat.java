package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "chat",
    description = {
      "Chat in the terminal.",
      "With a QUESTION: answer it and end. Without: until /bye or the end of input."
    })
final class Chat implements Callable<Integer> {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
  @Mixin private Instance instance;

  @Option(names = "--system", paramLabel = "TEXT", description = "Instructions for the assistant.")
  private String system;

  @Option(names = "--seed", paramLabel = "NUMBER", description = "For the same answer again.")
  private Long seed;

  @Parameters(paramLabel = "QUESTION", arity = "0..*")
  private List<String> question = List.of();

  private final ChatHistory history = new ChatHistory();

  @Override
  public Integer call() {
    if (instance.json() && question.isEmpty()) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--json needs a QUESTION");
    }
    try (var server = LocalServer.reach(instance)) {
      var api = Api.of(server);
      ModelWait.until(api, instance.progress());
      if (system != null) {
        history.instruct(system);
      }
      if (question.isEmpty()) {
        converse(api);
        return 0;
      }
      ChatStream.Answer answer = ask(api, String.join(" ", question), !instance.json());
      instance.answer(
          JSON.objectNode()
              .put("id", answer.id())
              .put("model", answer.model())
              .put("answer", answer.text())
              .put("finishReason", answer.finishReason()),
          "");
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void converse(Api api) throws IOException {
    boolean terminal = Instance.onTerminal();
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (true) {
      if (terminal) {
        System.out.print("> ");
        System.out.flush();
      }
      String line = input.readLine();
      if (line == null || line.strip().equals("/bye")) {
        return;
      }
      if (!line.isBlank()) {
        ask(api, line, true);
      }
    }
  }

  private ChatStream.Answer ask(Api api, String text, boolean aloud) throws IOException {
    history.say("user", text);
    var answer =
        ChatStream.read(
            open(api),
            piece -> {
              if (aloud) {
                System.out.print(piece);
                System.out.flush();
              }
            });
    if (aloud) {
      System.out.println();
    }
    history.say("assistant", answer.text());
    return answer;
  }

  /** The stream of an answer; what no longer fits into the model's window is left out, and said. */
  private InputStream open(Api api) {
    ObjectNode request = JSON.objectNode().put("stream", true);
    request.set("messages", history.messages());
    if (seed != null) {
      request.put("seed", seed);
    }
    while (true) {
      try {
        return api.stream("/v1/chat/completions", request);
      } catch (ServerException e) {
        if (!e.code().equals("context_length_exceeded") || !history.forgetOldest()) {
          throw e;
        }
        instance.progress().println("(the oldest question no longer fits and is left out)");
      }
    }
  }
}
