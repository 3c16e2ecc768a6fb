package dev.hone.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Python's string functions on texts. */
final class Strings {
  private Strings() {}

  static Text upper(Text text) {
    return text.as(text.value().toUpperCase(Locale.ROOT));
  }

  static Text lower(Text text) {
    return text.as(text.value().toLowerCase(Locale.ROOT));
  }

  static Text capitalised(Text text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.value().codePointAt(0));
    return upper(text.slice(0, first)).plus(lower(text.slice(first, text.length())));
  }

  /** Every run of letters begins with a capital, as {@code str.title()} has it. */
  static Text title(Text text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.value().codePoints().toArray()) {
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return text.as(out.toString());
  }

  /** Every word begins with a capital, as the filter {@code title} has it. */
  static Text titleOfWords(Text text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.value().codePoints().toArray()) {
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inWord = !Text.isSpace(c) && "-({[<".indexOf(c) < 0;
    }
    return text.as(out.toString());
  }

  /**
   * @param most replaced at most so often; negative for all
   */
  static Text replace(Text text, Text old, Text with, long most, Budget budget) {
    if (old.isEmpty()) {
      throw new TemplateException("an empty string cannot be replaced");
    }
    Text.Builder out = new Text.Builder();
    int from = 0;
    for (long count = 0; most < 0 || count < most; count++) {
      int at = text.value().indexOf(old.value(), from);
      if (at < 0) {
        break;
      }
      budget.reserve(at - from + with.length());
      out.append(text.slice(from, at)).append(with);
      from = at + old.length();
    }
    return out.append(budget.made(text.slice(from, text.length()))).build();
  }

  static Text join(List<?> items, Text separator, Budget budget) {
    Text.Builder out = new Text.Builder();
    boolean first = true;
    for (Object item : items) {
      Text text = Values.text(item);
      budget.reserve(text.length() + separator.length());
      if (!first) {
        out.append(separator);
      }
      out.append(text);
      first = false;
    }
    return out.build();
  }

  static long count(String value, String part) {
    if (part.isEmpty()) {
      return value.codePointCount(0, value.length()) + 1L;
    }
    long count = 0;
    for (int at = value.indexOf(part); at >= 0; at = value.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  /**
   * @param most cut at most so often, the rest staying whole; negative for all
   */
  static List<Text> words(Text text, long most) {
    List<Text> words = new ArrayList<>();
    String value = text.value();
    int at = 0;
    while (true) {
      while (at < value.length() && Text.isSpace(value.charAt(at))) {
        at++;
      }
      if (at == value.length()) {
        return words;
      }
      int from = at;
      if (most >= 0 && words.size() >= most) {
        words.add(text.slice(from, value.length()).stripped(null, false, true));
        return words;
      }
      while (at < value.length() && !Text.isSpace(value.charAt(at))) {
        at++;
      }
      words.add(text.slice(from, at));
    }
  }

  static List<Text> lines(Text text) {
    List<Text> lines = new ArrayList<>();
    String value = text.value();
    int from = 0;
    for (int at = 0; at < value.length(); at++) {
      char c = value.charAt(at);
      if (c == '\n' || c == '\r') {
        lines.add(text.slice(from, at));
        if (c == '\r' && at + 1 < value.length() && value.charAt(at + 1) == '\n') {
          at++;
        }
        from = at + 1;
      }
    }
    if (from < value.length()) {
      lines.add(text.slice(from, value.length()));
    }
    return lines;
  }

  /** Part of a text by characters, as Python's slices count them. */
  static Text slice(Text text, int from, int to) {
    int start = text.value().offsetByCodePoints(0, from);
    return text.slice(start, text.value().offsetByCodePoints(start, to - from));
  }
}
