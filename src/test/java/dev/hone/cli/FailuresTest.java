package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  private static final int USAGE = 2;

  @TempDir Path folder;

  private record Ended(int exitCode, String output, String errors) {
    JsonNode error() throws Exception {
      assertThat(output.lines()).hasSize(1);
      return new ObjectMapper().readTree(output).path("error");
    }
  }

  private static Ended execute(Map<String, String> environment, String... arguments) {
    var output = new StringWriter();
    var errors = new StringWriter();
    int exitCode =
        Hone.commandLine(environment)
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(errors))
            .execute(arguments);
    return new Ended(exitCode, output.toString(), errors.toString());
  }

  private static Ended execute(String line) {
    return execute(Map.of(), line.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "versions --wrong --json",
        "versions --json --port many",
        "nonsense --json",
        "import --json",
        "export preferences --json",
        "export preferences - --json",
        "serve --precision f7 --json",
        "chat --json",
        "versions --json=perhaps"
      })
  void aWrongCommandLineIsToldInJsonToo(String line) throws Exception {
    var ended = execute(line);
    assertThat(ended.exitCode()).isEqualTo(USAGE);
    assertThat(ended.error().path("code").asText()).isEqualTo("usage");
    assertThat(ended.errors()).startsWith(ended.error().path("message").asText());
  }

  @Test
  void aFailureIsToldInJsonToo() throws Exception {
    for (String line :
        new String[] {"pull no:where --json", "import preferences /no/where --json=true"}) {
      var ended = execute(line);
      assertThat(ended.exitCode()).isEqualTo(Failures.FAILED);
      assertThat(ended.error().path("code").asText()).isEqualTo("failed");
      assertThat(ended.errors())
          .isEqualTo("hone: %s%n".formatted(ended.error().path("message").asText()));
    }
  }

  @Test
  void anExportThatCannotBeWrittenIsRefusedBeforeAnythingStarts() {
    var data = Map.of("HONE_DATA", folder.resolve("data").toString());
    var nowhere = folder.resolve("no/where");
    assertThat(execute(data, "export", "preferences", nowhere.toString()).errors())
        .contains("there is no folder " + nowhere.getParent());
    assertThat(execute(data, "export", "preferences", folder.toString()).errors())
        .contains(folder + " is a folder");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatTheVariableWantsIsJsonToo() throws Exception {
    var ended = execute(Map.of("HONE_JSON", "true"), "versions", "--wrong");
    assertThat(ended.error().path("code").asText()).isEqualTo("usage");
  }

  @Test
  void nothingIsSaidInJsonThatWasNotAskedFor() {
    assertThat(execute("versions --wrong").output()).isEmpty();
    assertThat(execute("pull no:where").output()).isEmpty();
    assertThat(execute("pull no:where --json=false").output()).isEmpty();
    assertThat(execute("chat --wrong -- --json").output()).isEmpty();
    assertThat(execute(Map.of("HONE_JSON", "false"), "versions", "--wrong").output()).isEmpty();
  }
}
