package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanFileTest {
  @TempDir Path folder;

  @Test
  void isYaml() throws Exception {
    var plan =
        PlanFile.read(
            file(
                """
                # First what is good, then what is better.
                name: gently
                stages:
                  - method: sft
                    learningRate: 0.0001
                  - {method: dpo, loss: ipo}
                """));
    assertThat(plan)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"name": "gently", "stages": [{"method": "sft", "learningRate": 0.0001},
                     {"method": "dpo", "loss": "ipo"}]}"""));
  }

  @Test
  void mustBeThere() {
    assertThatThrownBy(() -> PlanFile.read(folder.resolve("other.yml")))
        .isInstanceOf(StartException.class)
        .hasMessage("there is no file " + folder.resolve("other.yml"));
    assertThatThrownBy(() -> PlanFile.read(folder)).hasMessageEndingWith("is a folder, not a file");
  }

  @Test
  void saysWhereItIsNone() throws Exception {
    Path broken = file("name: gently\nstages: [{method: sft}\n");
    assertThatThrownBy(() -> PlanFile.read(broken))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("plan.yml is no YAML")
        .hasMessageContaining("at line");
    Path twice = file("name: a\nname: b\n");
    assertThatThrownBy(() -> PlanFile.read(twice)).hasMessageContaining("name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# stages: later\n", "~", "dpo", "[{method: dpo}]"})
  void oneWithoutAPlanIsNotWhateverTheDataAllow(String text) throws Exception {
    Path none = file(text);
    assertThatThrownBy(() -> PlanFile.read(none))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("plan.yml has no plan");
  }

  @Test
  void thereIsNoSecondOne() throws Exception {
    Path two = file("stages: [{method: sft}]\n---\nstages: [{method: dpo}]\n");
    assertThatThrownBy(() -> PlanFile.read(two))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("plan.yml");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("plan.yml"), text);
  }
}
