package dev.hone.alignment;

import java.util.Set;

/** Something was set that there is not. */
public final class UnknownSettingException extends IllegalArgumentException {
  private final String name;

  /**
   * @param known what there is instead
   */
  public UnknownSettingException(String name, Set<String> known) {
    super("unknown setting %s; there are %s".formatted(name, String.join(", ", known)));
    this.name = name;
  }

  public String name() {
    return name;
  }
}
