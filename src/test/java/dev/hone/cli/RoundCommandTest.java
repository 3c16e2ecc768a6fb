package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.alignment.dpo.DpoSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RoundCommandTest {
  private static final Pattern SETTING = Pattern.compile("\\b([a-zA-Z]+)=([\\w.,-]*[\\w-])");

  @Test
  void aRoundIsOfAPlanByItsNameOrInAFile() {
    var run = new CommandLine(new RoundRun());
    assertThatThrownBy(() -> run.parseArgs("--recipe=dpo", "--plan=plan.yml"))
        .hasMessageContaining("mutually exclusive");
    var round = new CommandLine(new RoundCommand());
    assertThat(round.parseArgs("start", "--dry-run").subcommand().commandSpec().name())
        .isEqualTo("run");
  }

  @Test
  void theHelpNamesEverySettingOfDpoWithItsDefault() {
    var run = new CommandLine(new RoundRun());
    var help = String.join("\n", run.getCommandSpec().usageMessage().footer());
    var settings = new HashMap<String, String>();
    SETTING.matcher(help).results().forEach(it -> settings.put(it.group(1), it.group(2)));
    assertThat(settings).containsOnlyKeys(DpoSettings.of(Map.of()).toMap().keySet());
    assertThat(DpoSettings.of(settings)).isEqualTo(DpoSettings.of(Map.of()));
  }
}
