package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class EnvironmentDefaultsTest {
  @Command
  private static final class Sample {
    @Option(names = "--max-new-tokens")
    private int maxNewTokens = 1;

    @Option(names = "--host")
    private String host = "here";

    @Option(names = "--strict", fallbackValue = "true")
    private boolean strict;
  }

  private static Sample parse(Map<String, String> environment, String... arguments) {
    var sample = new Sample();
    new CommandLine(sample)
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .parseArgs(arguments);
    return sample;
  }

  @Test
  void flagThenVariableThenDefault() {
    var set = Map.of("HONE_MAX_NEW_TOKENS", "2");
    assertThat(parse(set, "--max-new-tokens=3").maxNewTokens).isEqualTo(3);
    assertThat(parse(set).maxNewTokens).isEqualTo(2);
    assertThat(parse(Map.of()).maxNewTokens).isEqualTo(1);
  }

  @Test
  void aFlagThatItsVariableSetsAlreadyStaysSet() {
    var set = Map.of("HONE_STRICT", "true");
    assertThat(parse(set).strict).isTrue();
    assertThat(parse(set, "--strict").strict).isTrue();
    assertThat(parse(set, "--strict=false").strict).isFalse();
  }

  /** A server's own settings, which where a model is judged would be something else. */
  @Test
  void whatIsJudgedIsNoSettingOfTheServer() {
    var judging = new CommandLine(new Sample());
    new CommandLine(new Sample())
        .addSubcommand("evaluate", new CommandLine(new Sample()).addSubcommand("tasks", judging))
        .setDefaultValueProvider(
            new EnvironmentDefaults(Map.of("HONE_MAX_NEW_TOKENS", "2", "HONE_HOST", "there")))
        .parseArgs("evaluate", "tasks");
    Sample sample = judging.getCommand();
    assertThat(sample.maxNewTokens).isEqualTo(1);
    assertThat(sample.host).isEqualTo("there");
  }

  @Test
  void anEmptyVariableIsNoValue() {
    assertThat(parse(Map.of("HONE_HOST", "")).host).isEqualTo("here");
  }
}
