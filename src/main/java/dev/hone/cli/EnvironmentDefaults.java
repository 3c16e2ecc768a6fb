package dev.hone.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** An option that is not given is looked for as {@code HONE_*}: {@code --data} as HONE_DATA. */
final class EnvironmentDefaults implements IDefaultValueProvider {
  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    return value(environment, option.longestName()).orElse(null);
  }

  /**
   * @param option as {@code --max-new-tokens}
   */
  static Optional<String> value(Map<String, String> environment, String option) {
    String name = option.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
    return Optional.ofNullable(environment.get("HONE_" + name)).filter(value -> !value.isEmpty());
  }
}
