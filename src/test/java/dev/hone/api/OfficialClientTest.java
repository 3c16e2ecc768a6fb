package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java and Python clients, unchanged but for the address; npm's is in {@code ui/}. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class OfficialClientTest {
  private static final String PYTHON_CLIENT = "openai==3.57.0";
  private static final Path PYTHON_PACKAGES =
      Path.of("target", PYTHON_CLIENT.replace("==", "-")).toAbsolutePath();

  private String url;

  @BeforeEach
  void script() {
    Script.is(Script.saying("Hey, hello."));
    url = ConfigProvider.getConfig().getValue("test.url", String.class) + "/v1";
  }

  @Test
  void theJavaClientRunsEveryScenario() {
    var client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey("any").maxRetries(0).build();
    var scenarios = new Scenarios(client);
    try {
      SoftAssertions.assertSoftly(
          softly -> {
            for (JsonNode scenario : Scenarios.all()) {
              softly
                  .assertThatCode(() -> scenarios.run(scenario))
                  .as(scenario.path("name").asText())
                  .doesNotThrowAnyException();
            }
          });
    } finally {
      client.close();
    }
  }

  @Test
  void thePythonClientRunsEveryScenario() throws IOException, InterruptedException {
    if (!Files.exists(PYTHON_PACKAGES)) {
      run(
          "python3",
          "-m",
          "pip",
          "install",
          "--quiet",
          "--disable-pip-version-check",
          "--target",
          PYTHON_PACKAGES.toString(),
          PYTHON_CLIENT);
    }
    String said =
        run("python3", "src/test/python/openai_scenarios.py", Scenarios.FILE.toString(), url);
    assertThat(said.lines().filter(line -> line.startsWith("ok "))).hasSize(Scenarios.all().size());
  }

  /** What the client makes of a class is a strict schema; what it reads is the class. */
  @Test
  void theJavaClientReadsAnswersAsAClass() {
    Script.is(Script.anything());
    var params =
        ChatCompletionCreateParams.builder()
            .model("hone")
            .addUserMessage("Which city?")
            .maxCompletionTokens(400)
            .responseFormat(City.class)
            .build();
    var client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey("any").maxRetries(0).build();
    try {
      var choice = client.chat().completions().create(params).choices().getFirst();
      City city = choice.message().content().orElseThrow();
      assertThat(city.size).isNotNull();
    } finally {
      client.close();
    }
  }

  /** A class as a program has it. */
  static final class City {
    /** How large. */
    enum Size {
      SMALL,
      LARGE
    }

    public Size size;
    public boolean capital;
  }

  private static String run(String... command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
    builder.environment().putAll(Map.of("PYTHONPATH", PYTHON_PACKAGES.toString()));
    var process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
