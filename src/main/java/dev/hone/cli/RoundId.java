package dev.hone.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads which round is meant, as {@code r1}. */
final class RoundId implements ITypeConverter<String> {
  @Override
  public String convert(String text) {
    if (!text.matches("r[1-9][0-9]{0,17}")) {
      throw new TypeConversionException(
          "'%s' is no round, such as r1; 'hone round list' names them".formatted(text));
    }
    return text;
  }
}
