package dev.hone.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option that is not given is looked for as {@code HONE_*}: {@code --data} as HONE_DATA. Some
 * are a server's settings by that name, and ask for something else where a model is judged.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
  private static final String JUDGES = "evaluate";
  private static final Set<String> OF_THE_SERVER = Set.of("--model", "--max-new-tokens");

  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    var parent = option.command().parent();
    if (parent != null
        && parent.name().equals(JUDGES)
        && OF_THE_SERVER.contains(option.longestName())) {
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
