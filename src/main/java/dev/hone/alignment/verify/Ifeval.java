package dev.hone.alignment.verify;

import static dev.hone.alignment.verify.Relation.AT_LEAST;
import static dev.hone.alignment.verify.Relation.EXACTLY;
import static dev.hone.alignment.verify.Relation.LESS_THAN;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.verify.AnswerCheck.Begins;
import dev.hone.alignment.verify.AnswerCheck.Contains;
import dev.hone.alignment.verify.AnswerCheck.ContainsOne;
import dev.hone.alignment.verify.AnswerCheck.Count;
import dev.hone.alignment.verify.AnswerCheck.Ends;
import dev.hone.alignment.verify.AnswerCheck.FirstWord;
import dev.hone.alignment.verify.AnswerCheck.Json;
import dev.hone.alignment.verify.AnswerCheck.Letters;
import dev.hone.alignment.verify.AnswerCheck.Occurrences;
import dev.hone.alignment.verify.AnswerCheck.Parts;
import dev.hone.alignment.verify.AnswerCheck.Quoted;
import dev.hone.alignment.verify.AnswerCheck.Sections;
import dev.hone.alignment.verify.AnswerCheck.Without;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The instructions of IFEval (Zhou et al. 2023) as checks. */
final class Ifeval {
  private static final List<String> CHOICES =
      List.of("My answer is yes.", "My answer is no.", "My answer is maybe.");

  private Ifeval() {}

  /** An instruction that no check here tells of; the message is its name. */
  static final class UncheckableException extends Exception {
    UncheckableException(String instruction) {
      super(instruction);
    }
  }

  static List<AnswerCheck> checks(JsonNode line) throws UncheckableException {
    JsonNode instructions = line.path("instruction_id_list");
    JsonNode arguments = line.path("kwargs");
    if (instructions.isEmpty() || instructions.size() != arguments.size()) {
      throw new IllegalArgumentException(
          "expected checks, or instruction_id_list and as many kwargs");
    }
    var checks = new ArrayList<AnswerCheck>();
    for (int i = 0; i < instructions.size(); i++) {
      checks.add(check(instructions.get(i).asText(), new Arguments(arguments.get(i))));
    }
    return checks;
  }

  private record Arguments(JsonNode values) {
    int number(String name) {
      return given(name).intValue();
    }

    String text(String name) {
      return given(name).asText();
    }

    List<String> texts(String name) {
      return StreamSupport.stream(given(name).spliterator(), false).map(JsonNode::asText).toList();
    }

    Relation relation(String name) {
      return switch (text(name)) {
        case "at least" -> AT_LEAST;
        case "less than" -> LESS_THAN;
        default -> throw new IllegalArgumentException(name + " is " + text(name));
      };
    }

    private JsonNode given(String name) {
      if (!values.hasNonNull(name)) {
        throw new IllegalArgumentException("'%s' is missing".formatted(name));
      }
      return values.get(name);
    }

    Count count(Counted of, String relation, String count) {
      return new Count(of, relation(relation), number(count));
    }
  }

  private static AnswerCheck check(String instruction, Arguments given)
      throws UncheckableException {
    return switch (instruction) {
      case "punctuation:no_comma" -> new Occurrences(",", LESS_THAN, 1);
      case "length_constraints:number_words" -> given.count(Counted.WORDS, "relation", "num_words");
      case "length_constraints:number_sentences" ->
          given.count(Counted.SENTENCES, "relation", "num_sentences");
      case "length_constraints:number_paragraphs" ->
          new Parts("***", given.number("num_paragraphs"), false);
      case "length_constraints:nth_paragraph_first_word" ->
          new FirstWord(
              given.number("num_paragraphs"),
              given.number("nth_paragraph"),
              given.text("first_word"));
      case "keywords:existence" -> new Contains(given.texts("keywords"));
      case "keywords:forbidden_words" -> new Without(given.texts("forbidden_words"));
      case "keywords:frequency" ->
          new Occurrences(
              given.text("keyword"), given.relation("relation"), given.number("frequency"));
      case "keywords:letter_frequency" ->
          new Occurrences(
              given.text("letter"), given.relation("let_relation"), given.number("let_frequency"));
      case "change_case:english_lowercase" -> new Letters(false);
      case "change_case:english_capital" -> new Letters(true);
      case "change_case:capital_word_frequency" ->
          given.count(Counted.CAPITAL_WORDS, "capital_relation", "capital_frequency");
      case "detectable_format:number_bullet_lists" ->
          new Count(Counted.BULLETS, EXACTLY, given.number("num_bullets"));
      case "detectable_format:number_highlighted_sections" ->
          new Count(Counted.HIGHLIGHTS, AT_LEAST, given.number("num_highlights"));
      case "detectable_format:title" -> new Count(Counted.TITLES, AT_LEAST, 1);
      case "detectable_format:json_format" -> new Json();
      case "detectable_format:constrained_response" -> new ContainsOne(CHOICES);
      case "detectable_format:multiple_sections" ->
          new Sections(given.text("section_spliter"), given.number("num_sections"));
      case "detectable_content:number_placeholders" ->
          new Count(Counted.PLACEHOLDERS, AT_LEAST, given.number("num_placeholders"));
      case "detectable_content:postscript" ->
          new Contains(List.of(given.text("postscript_marker")));
      case "startend:quotation" -> new Quoted();
      case "startend:end_checker" -> new Ends(given.text("end_phrase"));
      case "combination:two_responses" -> new Parts("******", 2, true);
      case "combination:repeat_prompt" -> new Begins(given.text("prompt_to_repeat"));
      default -> throw new UncheckableException(instruction);
    };
  }
}
