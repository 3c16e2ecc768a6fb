package dev.hone.alignment.verify;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Something that a program can tell of an answer's text. Texts are looked for whatever their case,
 * and space around an answer does not count.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "check")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AnswerCheck.Count.class, name = "count"),
  @JsonSubTypes.Type(value = AnswerCheck.Occurrences.class, name = "occurrences"),
  @JsonSubTypes.Type(value = AnswerCheck.Contains.class, name = "contains"),
  @JsonSubTypes.Type(value = AnswerCheck.ContainsOne.class, name = "contains_one"),
  @JsonSubTypes.Type(value = AnswerCheck.Without.class, name = "without"),
  @JsonSubTypes.Type(value = AnswerCheck.Letters.class, name = "letters"),
  @JsonSubTypes.Type(value = AnswerCheck.Begins.class, name = "begins"),
  @JsonSubTypes.Type(value = AnswerCheck.Ends.class, name = "ends"),
  @JsonSubTypes.Type(value = AnswerCheck.Quoted.class, name = "quoted"),
  @JsonSubTypes.Type(value = AnswerCheck.Parts.class, name = "parts"),
  @JsonSubTypes.Type(value = AnswerCheck.Sections.class, name = "sections"),
  @JsonSubTypes.Type(value = AnswerCheck.FirstWord.class, name = "first_word"),
  @JsonSubTypes.Type(value = AnswerCheck.Json.class, name = "json"),
  @JsonSubTypes.Type(value = AnswerCheck.FinalNumber.class, name = "final_number")
})
public sealed interface AnswerCheck {
  /** From 0, not at all, to 1, wholly. */
  double reward(String answer);

  /** So many of something. */
  record Count(Counted of, Relation relation, int count) implements AnswerCheck {
    public Count {
      requireCount(count, relation.least());
    }

    @Override
    public double reward(String answer) {
      return share(relation.holds(of.in(answer), count));
    }
  }

  /** A text stands there so often. */
  record Occurrences(String text, Relation relation, int count) implements AnswerCheck {
    public Occurrences {
      requireText(text);
      requireCount(count, relation.least());
    }

    @Override
    public double reward(String answer) {
      var literal = Pattern.compile(Pattern.quote(lower(text)));
      int found = (int) literal.matcher(lower(answer)).results().count();
      return share(relation.holds(found, count));
    }
  }

  /** All these texts stand there. */
  record Contains(List<String> texts) implements AnswerCheck {
    public Contains {
      texts = List.copyOf(texts);
      requireTexts(texts);
    }

    @Override
    public double reward(String answer) {
      return share(texts.stream().allMatch(text -> lower(answer).contains(lower(text))));
    }
  }

  /** At least one of these texts stands there. */
  record ContainsOne(List<String> texts) implements AnswerCheck {
    public ContainsOne {
      texts = List.copyOf(texts);
      requireTexts(texts);
    }

    @Override
    public double reward(String answer) {
      return share(texts.stream().anyMatch(text -> lower(answer).contains(lower(text))));
    }
  }

  /** None of these stands there as a word of its own. */
  record Without(List<String> words) implements AnswerCheck {
    public Without {
      words = List.copyOf(words);
      requireTexts(words);
    }

    @Override
    public double reward(String answer) {
      return share(words.stream().noneMatch(word -> hasWord(answer, word)));
    }

    private static boolean hasWord(String answer, String word) {
      String alone = "(?<![\\p{L}\\p{N}_])" + Pattern.quote(lower(word)) + "(?![\\p{L}\\p{N}_])";
      return Pattern.compile(alone).matcher(lower(answer)).find();
    }
  }

  /** All letters are capitals, or none is. */
  record Letters(boolean capitals) implements AnswerCheck {
    @Override
    public double reward(String answer) {
      String changed = capitals ? answer.toUpperCase(Locale.ROOT) : lower(answer);
      return share(answer.codePoints().anyMatch(Character::isLetter) && changed.equals(answer));
    }
  }

  record Begins(String text) implements AnswerCheck {
    public Begins {
      requireText(text);
    }

    @Override
    public double reward(String answer) {
      return share(lower(answer.strip()).startsWith(lower(text.strip())));
    }
  }

  /** But for quotation marks behind it. */
  record Ends(String text) implements AnswerCheck {
    private static final Pattern QUOTES = Pattern.compile("[\"”]+$");

    public Ends {
      requireText(text);
    }

    @Override
    public double reward(String answer) {
      String end = QUOTES.matcher(answer.strip()).replaceFirst("").strip();
      return share(lower(end).endsWith(lower(text.strip())));
    }
  }

  /** All of it is between two quotation marks. */
  record Quoted() implements AnswerCheck {
    @Override
    public double reward(String answer) {
      String all = answer.strip();
      return share(all.length() > 1 && all.startsWith("\"") && all.endsWith("\""));
    }
  }

  /**
   * So many parts between dividers, none of them empty; dividers around all of them are let be.
   *
   * @param different whether no two may be the same
   */
  record Parts(String divider, int count, boolean different) implements AnswerCheck {
    public Parts {
      requireText(divider);
      requireCount(count, 1);
    }

    @Override
    public double reward(String answer) {
      var parts =
          Arrays.stream(answer.strip().split(Pattern.quote(divider), -1))
              .map(String::strip)
              .toList();
      int from = parts.getFirst().isEmpty() ? 1 : 0;
      int to = parts.size() - (parts.size() > 1 && parts.getLast().isEmpty() ? 1 : 0);
      var inner = parts.subList(Math.min(from, to), to);
      boolean apart = !different || inner.stream().distinct().count() == inner.size();
      return share(inner.size() == count && !inner.contains("") && apart);
    }
  }

  /**
   * At least so many headings of a word and a number: {@code Section 1}.
   *
   * @param splitter the word
   */
  record Sections(String splitter, int count) implements AnswerCheck {
    public Sections {
      requireText(splitter);
      requireCount(count, 1);
    }

    @Override
    public double reward(String answer) {
      var heading = Pattern.compile(Pattern.quote(splitter.strip()) + "\\s?\\d+");
      return share(heading.matcher(answer).results().count() >= count);
    }
  }

  /**
   * So many paragraphs between empty lines, of which one begins with a word.
   *
   * @param paragraph which one, from 1
   */
  record FirstWord(int paragraphs, int paragraph, String word) implements AnswerCheck {
    public FirstWord {
      requireText(word);
      if (paragraph < 1 || paragraph > paragraphs) {
        throw new IllegalArgumentException(
            "'paragraph' must be from 1 to %d, was %d".formatted(paragraphs, paragraph));
      }
    }

    @Override
    public double reward(String answer) {
      String[] parts = answer.strip().split("\\n\\s*\\n", -1);
      if (parts.length != paragraphs) {
        return 0;
      }
      var first =
          Pattern.compile("^[^\\p{L}\\p{N}]*" + Pattern.quote(lower(word)) + "(?![\\p{L}\\p{N}])");
      return share(first.matcher(lower(parts[paragraph - 1].strip())).find());
    }
  }

  /** All of it is JSON, in a fenced block or not. */
  record Json() implements AnswerCheck {
    private static final JsonMapper JSON =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final Pattern FENCE = Pattern.compile("(?is)^```(?:json)?\\s*(.*?)\\s*```$");

    @Override
    public double reward(String answer) {
      String text = FENCE.matcher(answer.strip()).replaceFirst("$1");
      try {
        return share(!JSON.readTree(text).isMissingNode());
      } catch (JsonProcessingException _) {
        return 0;
      }
    }
  }

  /**
   * The last line is {@code Answer: } and a number, said once. Another number there is worth {@link
   * #FORM}.
   */
  record FinalNumber(BigDecimal value) implements AnswerCheck {
    /** Of the form alone, so that it can be found before the number is. */
    public static final double FORM = 0.2;

    private static final Pattern LAST_LINE =
        Pattern.compile("(?:^|\\n)Answer: (-?\\d{1,30}(?:\\.\\d{1,30})?)\\.?$");

    public FinalNumber {
      value = value.stripTrailingZeros();
    }

    @Override
    public double reward(String answer) {
      String said = answer.strip();
      var last = LAST_LINE.matcher(said);
      if (!last.find() || said.indexOf("Answer:") != said.lastIndexOf("Answer:")) {
        return 0;
      }
      return new BigDecimal(last.group(1)).compareTo(value) == 0 ? 1 : FORM;
    }
  }

  private static double share(boolean holds) {
    return holds ? 1 : 0;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static void requireCount(int count, int least) {
    if (count < least) {
      throw new IllegalArgumentException(
          "a count cannot be %d, only %d or more".formatted(count, least));
    }
  }

  private static void requireTexts(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("there is no text to look for");
    }
    texts.forEach(AnswerCheck::requireText);
  }

  private static void requireText(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a text to look for is empty");
    }
  }
}
