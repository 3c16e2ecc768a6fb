package dev.hone.alignment;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Settings as a test writes them in one line. */
public final class SettingsText {
  private SettingsText() {}

  /**
   * @param text {@code name=value}, several with a space between
   */
  public static Map<String, String> read(String text) {
    return Arrays.stream(text.split(" ", -1))
        .map(setting -> setting.split("=", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }
}
