package dev.hone.alignment.verify;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.text.BreakIterator;
import java.util.Locale;
import java.util.regex.Pattern;

/** What can be counted in a text. */
public enum Counted {
  /** Runs of letters, digits and underscores. */
  @JsonProperty("words")
  WORDS("[\\p{L}\\p{N}_]+"),
  /** Words of which every letter is a capital. */
  @JsonProperty("capital_words")
  CAPITAL_WORDS("(?<![\\p{L}\\p{N}_])\\p{Lu}[\\p{Lu}\\p{N}_]*(?![\\p{L}\\p{N}_])"),
  /** As the Unicode rules for text boundaries end them. */
  @JsonProperty("sentences")
  SENTENCES(""),
  /** Lines that begin with an asterisk alone or with a hyphen. */
  @JsonProperty("bullets")
  BULLETS("(?m)^\\s*(\\*(?!\\*)|-).*$"),
  /** {@code *so*} or {@code **so**}, within a line. */
  @JsonProperty("highlights")
  HIGHLIGHTS("\\*\\*[^\\n*]*[^\\s*][^\\n*]*\\*\\*|\\*[^\\n*]*[^\\s*][^\\n*]*\\*"),
  /** {@code [so]}. */
  @JsonProperty("placeholders")
  PLACEHOLDERS("\\[[^\\n\\]]*\\]"),
  /** {@code <<so>>}. */
  @JsonProperty("titles")
  TITLES("<<[^\\n<>]*[^\\s<>][^\\n<>]*>>");

  private final Pattern pattern;

  Counted(String pattern) {
    this.pattern = Pattern.compile(pattern);
  }

  int in(String text) {
    return this == SENTENCES ? sentences(text) : (int) pattern.matcher(text).results().count();
  }

  private static int sentences(String text) {
    var bounds = BreakIterator.getSentenceInstance(Locale.ROOT);
    bounds.setText(text);
    int count = 0;
    int start = bounds.first();
    for (int end = bounds.next(); end != BreakIterator.DONE; end = bounds.next()) {
      count += WORDS.in(text.substring(start, end)) > 0 ? 1 : 0;
      start = end;
    }
    return count;
  }
}
