package dev.hone.model.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Python's {@code strftime} in the C locale. */
public final class Date {
  private Date() {}

  /**
   * @throws TemplateException on a directive that is not supported
   */
  public static Text format(LocalDateTime time, Text format) {
    StringBuilder out = new StringBuilder();
    String directives = format.value();
    for (int i = 0; i < directives.length(); i++) {
      char c = directives.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      boolean unpadded = i + 1 < directives.length() && directives.charAt(i + 1) == '-';
      i += unpadded ? 2 : 1;
      char directive = i < directives.length() ? directives.charAt(i) : '%';
      String value =
          directive == '%'
              ? "%"
              : time.format(DateTimeFormatter.ofPattern(pattern(directive), Locale.ENGLISH));
      out.append(unpadded ? value.replaceFirst("^0+(?=.)", "") : value);
    }
    return format.as(out.toString());
  }

  private static String pattern(char directive) {
    return switch (directive) {
      case 'd' -> "dd";
      case 'm' -> "MM";
      case 'Y' -> "yyyy";
      case 'y' -> "yy";
      case 'b' -> "MMM";
      case 'B' -> "MMMM";
      case 'a' -> "EEE";
      case 'A' -> "EEEE";
      case 'H' -> "HH";
      case 'I' -> "hh";
      case 'M' -> "mm";
      case 'S' -> "ss";
      case 'p' -> "a";
      case 'j' -> "DDD";
      case 'F' -> "yyyy-MM-dd";
      case 'T' -> "HH:mm:ss";
      default ->
          throw new TemplateException("strftime directive '%" + directive + "' is not supported");
    };
  }
}
