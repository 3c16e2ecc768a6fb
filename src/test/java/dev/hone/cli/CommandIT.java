package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.TestModel;
import dev.hone.registry.WholeFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command against one server that is there already. */
class CommandIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int USAGE = 2;

  @TempDir static Path folder;
  private static Path data;
  private static HoneProcess server;
  private static String url;

  @BeforeAll
  static void serve() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    String port;
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = Integer.toString(any.getLocalPort());
    }
    server = run("serve", "--port", port, "--max-new-tokens", "24");
    url = "http://127.0.0.1:" + port;
    assertThat(server.readyLine()).endsWith(url);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HoneProcess run(String... arguments) {
    return HoneProcess.start(data, Map.of(), arguments);
  }

  private static JsonNode succeed(String... arguments) throws IOException {
    var process = run(arguments);
    assertThat(process.exitCode()).as(process.errors()).isZero();
    return process.json();
  }

  private static JsonNode fail(int exitCode, String... arguments) throws IOException {
    var process = run(arguments);
    assertThat(process.exitCode()).isEqualTo(exitCode);
    JsonNode error = process.json().path("error");
    assertThat(process.errors()).contains(error.path("message").asText()).doesNotContain("\tat ");
    return error;
  }

  @Test
  void rewardModelsAreListedAndOneThatIsNotThereIsNamed() throws Exception {
    assertThat(succeed("reward-models", "--json").path("rewardModels").isArray()).isTrue();
    Path pairs =
        Files.writeString(
            folder.resolve("judged.jsonl"),
            "{\"prompt\":\"Hi\",\"chosen\":\"Hello.\",\"rejected\":\"No.\"}\n");
    JsonNode error =
        fail(
            Failures.FAILED,
            "evaluate",
            "rewards",
            "--model",
            "rm-r9-00000000",
            "--file",
            pairs.toString(),
            "--json");
    assertThat(error.path("code").asText()).isEqualTo("model_not_found");
    assertThat(error.path("message").asText())
        .isEqualTo("There is no reward model 'rm-r9-00000000'.");
  }

  @Test
  void judgesARewardModelOnEveryPairOfAFile() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("short.jsonl"),
            """
            {"prompt": "Name a colour.", "chosen": "Blue.", "rejected": "Seven is a colour, they say."}
            {"prompt": "Name a river.", "chosen": "The Po.", "rejected": "There are many, are there not?"}
            """);
    var model = ZeroRewardModel.keep(Files.createDirectory(folder.resolve("reward")));
    JsonNode report;
    try {
      String id = model.manifest().id();
      report = succeed("evaluate", "rewards", "--model", id, "--file", file.toString(), "--json");
    } finally {
      WholeFolder.delete(model.path());
    }
    assertThat(report.path("pairs").asInt()).isEqualTo(2);
    assertThat(report.path("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(report.path("low").asDouble()).isBetween(0.05, 0.15);
    assertThat(report.path("high").asDouble()).isBetween(0.85, 0.95);
    assertThat(report.path("lengthBaseline").asDouble()).isEqualTo(1);
    assertThat(report.path("margin").asDouble()).isZero();
    assertThat(report.path("calibration").path("brier").asDouble()).isEqualTo(0.25);
  }

  @Test
  void pullsAFileAndAFolder() throws Exception {
    String models = folder.resolve("models").toString();
    Path gguf = Files.copy(TestModel.gguf(), folder.resolve("mine.gguf"));
    var fromFile = succeed("pull", gguf.toString(), "--models", models, "--json");
    // Its checksum says which model it is.
    assertThat(fromFile.path("id").asText()).isEqualTo(TestModel.ID);
    Path base = Path.of(fromFile.path("folder").asText());
    assertThat(weightsDiffer(base, TestModel.folder())).isFalse();

    Path copy = Files.createSymbolicLink(folder.resolve("mine"), base);
    var fromFolder = succeed("pull", copy.toString(), "--models", models, "--json");
    assertThat(fromFolder.path("id").asText()).isEqualTo("mine");
    assertThat(fromFolder.path("origin").asText()).isEqualTo("folder:" + copy);
    assertThat(weightsDiffer(Path.of(fromFolder.path("folder").asText()), base)).isFalse();
  }

  private static boolean weightsDiffer(Path one, Path other) throws IOException {
    return Files.mismatch(one.resolve("model.safetensors"), other.resolve("model.safetensors"))
        >= 0;
  }

  @Test
  void preferencesComeOutAsTheyWentIn() throws Exception {
    List<String> pairs =
        List.of(
            "{\"prompt\":\"The sky is\",\"chosen\":\" blue.\",\"rejected\":\" grün.\"}",
            """
            {"prompt":[{"role":"user","content":"Hi \\"you\\""}],\
            "chosen":[{"role":"assistant","content":"Hello 🙂"}],\
            "rejected":[{"role":"assistant","content":"No\\nno"}]}""");
    Path file = Files.write(folder.resolve("pairs.jsonl"), pairs);
    var imported = succeed("import", "preferences", file.toString(), "--json");
    assertThat(imported.path("imported").asInt()).isEqualTo(pairs.size());
    assertThat(imported.path("kind").asText()).isEqualTo("pairs");
    var again = succeed("import", "preferences", file.toString(), "--json");
    assertThat(again.path("imported").asInt()).isZero();
    assertThat(again.path("duplicates").asInt()).isEqualTo(pairs.size());

    Path out = folder.resolve("out.jsonl");
    var exported = succeed("export", "preferences", out.toString(), "--json");
    assertThat(exported.path("file").asText()).isEqualTo(out.toString());
    assertThat(exported.path("lines").asInt()).isEqualTo(pairs.size());
    assertThat(parsed(Files.readAllLines(out))).containsExactlyInAnyOrderElementsOf(parsed(pairs));

    var standardOutput = run("export", "preferences", "-");
    assertThat(standardOutput.exitCode()).isZero();
    assertThat(standardOutput.output()).isEqualTo(Files.readString(out));
  }

  private static List<JsonNode> parsed(List<String> lines) throws IOException {
    try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(String.join("", lines))) {
      return values.readAll();
    }
  }

  @Test
  void badLinesAreNamed() throws Exception {
    Path file =
        Files.write(
            folder.resolve("bad.jsonl"),
            List.of("{\"prompt\":\"a\",\"completion\":\"b\",\"label\":true}", "{\"prompt\":1}"));
    var refused = fail(1, "import", "preferences", file.toString(), "--strict", "--json");
    assertThat(refused.path("code").asText()).isEqualTo("bad_lines");
    assertThat(refused.path("message").asText()).contains("\nline 2: ");

    var process = run("import", "preferences", file.toString(), "--json");
    assertThat(process.exitCode()).isZero();
    assertThat(process.errors()).contains(file + ":2: ");
    assertThat(process.json().path("imported").asInt()).isEqualTo(1);
    assertThat(process.json().path("rejectedCount").asInt()).isEqualTo(1);
  }

  @Test
  void standardOutputIsForOneThing() throws Exception {
    var refused = fail(USAGE, "export", "preferences", "-", "--json");
    assertThat(refused.path("code").asText()).isEqualTo("usage");
    assertThat(refused.path("message").asText()).contains("--json needs a FILE");
  }

  @Test
  void answersOneQuestion() throws Exception {
    var answered = succeed("chat", "--seed", "7", "--json", "Name", "three", "colours.");
    assertThat(answered.path("id").asText()).startsWith("chatcmpl-");
    assertThat(answered.path("model").asText()).isEqualTo(TestModel.ID);
    assertThat(answered.path("finishReason").asText()).isIn("stop", "length");
    var aloud = run("chat", "--seed", "7", "Name three colours.");
    assertThat(aloud.exitCode()).isZero();
    assertThat(aloud.output()).isEqualTo(answered.path("answer").asText() + "\n");
    assertThat(aloud.errors()).isEmpty();
  }

  @Test
  void conversesUntilBye() throws Exception {
    var chat = run("chat", "--system", "Be brief.", "--seed", "7");
    chat.type("Name three colours.\n\nAnd three animals?\n/bye\nNobody reads this.\n");
    assertThat(chat.exitCode()).as(chat.errors()).isZero();

    var messages = JSON.createArrayNode();
    messages.addObject().put("role", "system").put("content", "Be brief.");
    messages.addObject().put("role", "user").put("content", "Name three colours.");
    String first = answer(messages);
    messages.addObject().put("role", "assistant").put("content", first);
    messages.addObject().put("role", "user").put("content", "And three animals?");
    assertThat(chat.output()).isEqualTo(first + "\n" + answer(messages) + "\n");
  }

  private static String answer(JsonNode messages) throws Exception {
    var body = JSON.createObjectNode().put("seed", 7).set("messages", messages);
    var request =
        HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
            .POST(BodyPublishers.ofString(body.toString()));
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(request.build(), BodyHandlers.ofString());
      return JSON.readTree(response.body()).at("/choices/0/message/content").asText();
    }
  }

  @Test
  void theServersRefusalIsPassedOn() throws Exception {
    var refused = fail(1, "chat", "--json", "too long ".repeat(10_000));
    assertThat(refused.path("code").asText()).isEqualTo("context_length_exceeded");
    assertThat(refused.path("message").asText()).contains("20");
  }

  @Test
  void aTakenDataFolderHasAnExitCodeOfItsOwn() throws Exception {
    var refused = fail(Failures.DATA_FOLDER_TAKEN, "serve", "--port", "0", "--json");
    assertThat(refused.path("code").asText()).isEqualTo("data_folder_taken");
    assertThat(refused.path("message").asText()).contains(url, "process " + server.pid());
  }

  @Test
  void jsonMayBeWantedByVariable() throws Exception {
    for (String[] arguments : new String[][] {{"versions"}, {"versions", "--json"}}) {
      var versions = HoneProcess.start(data, Map.of("HONE_JSON", "true"), arguments);
      assertThat(versions.exitCode()).isZero();
      assertThat(versions.json().path("versions")).hasSize(1);
    }
  }

  @Test
  void judgesAVersionOnEveryPairOfAFile() throws Exception {
    Path file = folder.resolve("pairs.jsonl");
    Files.writeString(
        file,
        """
        {"prompt": "Name a colour.", "chosen": "Blue.", "rejected": "Seven is a colour."}
        {"prompt": [{"role": "user", "content": "Wie geht's?"}], "extra": 1,
        {"prompt": [{"role": "user", "content": "Wie geht's?"}], "chosen": [{"role": "assistant", "content": "Gut, danke!"}], "rejected": [{"role": "assistant", "content": "🙈"}]}
        {"prompt": "Name a colour.", "chosen": "Blue.", "rejected": "Seven is a colour."}
        """);
    var judged = run("evaluate", "preferences", "--version", "base", "--file", file + "", "--json");
    assertThat(judged.exitCode()).as(judged.errors()).isZero();
    var report = judged.json();
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly(
            "pairs",
            "skipped",
            "accuracy",
            "low",
            "high",
            "margin",
            "logprobAccuracy",
            "lengthBaseline",
            "kl");
    assertThat(report.path("pairs").asInt()).isEqualTo(3);
    assertThat(report.path("skipped").asInt()).isEqualTo(1);
    assertThat(report.path("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(report.path("kl").asDouble()).isZero();
    assertThat(judged.errors()).contains("pairs.jsonl:2: not JSON");
  }

  @Test
  void letsAVersionDoTasks() throws Exception {
    String sums =
        "evaluate tasks --version base --file arithmetic --json --tasks 2 --max-new-tokens=4";
    var done = run(sums.split(" ", -1));
    assertThat(done.exitCode()).as(done.errors()).isZero();
    var report = done.json();
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly(
            "tasks",
            "solved",
            "low",
            "high",
            "reward",
            "meanLength",
            "unended",
            "skipped",
            "reasons");
    assertThat(report.path("tasks").asInt()).isEqualTo(2);
    assertThat(report.path("meanLength").asDouble()).isBetween(0.0, 4.0);

    Path file = Files.writeString(folder.resolve("tasks.jsonl"), "{\"prompt\": \"Hi\"}");
    var refused = fail(1, "evaluate", "tasks", "--version", "base", "--file", file + "", "--json");
    assertThat(refused.path("code").asText()).isEqualTo("invalid_task");
    var tooMany = fail(USAGE, sums.replace("2", "1501").split(" ", -1));
    assertThat(tooMany.path("code").asText()).isEqualTo("usage");
  }

  @Test
  void noVersionThatIsNotThereIsJudged() throws Exception {
    Path file = Files.writeString(folder.resolve("none.jsonl"), "");
    var refused =
        fail(1, "evaluate", "preferences", "--version", "r9-0", "--file", file + "", "--json");
    assertThat(refused.path("code").asText()).isEqualTo("model_not_found");
  }
}
