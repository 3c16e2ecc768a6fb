package dev.hone.alignment.verify;

import static dev.hone.alignment.verify.Relation.AT_LEAST;
import static dev.hone.alignment.verify.Relation.EXACTLY;
import static dev.hone.alignment.verify.Relation.LESS_THAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.alignment.verify.AnswerCheck.Begins;
import dev.hone.alignment.verify.AnswerCheck.Contains;
import dev.hone.alignment.verify.AnswerCheck.ContainsOne;
import dev.hone.alignment.verify.AnswerCheck.Count;
import dev.hone.alignment.verify.AnswerCheck.Ends;
import dev.hone.alignment.verify.AnswerCheck.FinalNumber;
import dev.hone.alignment.verify.AnswerCheck.FirstWord;
import dev.hone.alignment.verify.AnswerCheck.Json;
import dev.hone.alignment.verify.AnswerCheck.Letters;
import dev.hone.alignment.verify.AnswerCheck.Occurrences;
import dev.hone.alignment.verify.AnswerCheck.Parts;
import dev.hone.alignment.verify.AnswerCheck.Quoted;
import dev.hone.alignment.verify.AnswerCheck.Sections;
import dev.hone.alignment.verify.AnswerCheck.Without;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {
  @Test
  void thingsAreCounted() {
    String text = "Héllo, wörld_1! It's 3 o'clock.\n* one\n - two\n**three** and *four*";
    assertCounts(Counted.WORDS, text, 12);
    assertCounts(Counted.SENTENCES, "One. Two? Three!\n", 3);
    assertCounts(Counted.SENTENCES, "... one", 1);
    assertCounts(Counted.BULLETS, text, 2);
    assertCounts(Counted.HIGHLIGHTS, text, 2);
    assertCounts(Counted.HIGHLIGHTS, "** ** * *\n*a\nb*", 0);
    assertCounts(Counted.PLACEHOLDERS, "[name], [the\naddress] and []", 2);
    assertCounts(Counted.TITLES, "<<so>> << >> <<a\nb>>", 1);
    assertCounts(Counted.CAPITAL_WORDS, "A NATO, Nato mIX ÉTÉ B2 2B", 4);
  }

  private static void assertCounts(Counted of, String text, int expected) {
    assertThat(of.in(text)).as("%s in %s", of, text).isEqualTo(expected);
  }

  @Test
  void aCountIsHeldAgainstWhatIsWanted() {
    assertRewards(new Count(Counted.WORDS, AT_LEAST, 2), "a b", 1, "a", 0);
    assertRewards(new Count(Counted.WORDS, LESS_THAN, 2), "a", 1, "a b", 0);
    assertRewards(new Count(Counted.WORDS, EXACTLY, 2), "a b", 1, "a b c", 0);
  }

  @Test
  void textsAreFoundWhateverTheirCase() {
    assertRewards(new Occurrences("a.b", AT_LEAST, 2), "A.B a.b", 1, "a.b axb", 0);
    assertRewards(new Occurrences(",", LESS_THAN, 1), "none", 1, "one, two", 0);
    assertRewards(new Contains(List.of("Sky", "blue")), "A BLUE sky", 1, "a blue sea", 0);
    assertRewards(new ContainsOne(List.of("yes", "no")), "No!", 1, "perhaps", 0);
    assertRewards(new Without(List.of("rock", "C++")), "rocks and c", 1, "I like (Rock).", 0);
    assertRewards(new Without(List.of("C++")), "c+", 1, "in c++ it", 0);
  }

  @Test
  void lettersAreCapitalsOrNot() {
    assertRewards(new Letters(true), "YES, 2!", 1, "YES, i", 0);
    assertRewards(new Letters(false), "straße, 2!", 1, "Yes", 0);
    assertThat(new Letters(true).reward("12")).isZero();
  }

  @Test
  void beginningAndEnd() {
    assertRewards(new Begins("Say it "), " say IT again", 1, "I say it", 0);
    assertRewards(new Ends("The end."), "So, \"the end.\" ", 1, "The end. Or not", 0);
    assertRewards(new Quoted(), " \"so\" ", 1, "\"", 0);
    assertRewards(new Quoted(), "\"\"", 1, "\"so", 0);
  }

  @Test
  void partsStandBetweenDividers() {
    assertRewards(new Parts("***", 2, false), "a\n***\na", 1, "a", 0);
    assertRewards(new Parts("***", 2, false), "***a***b***", 1, "a***\n***b", 0);
    assertRewards(new Parts("******", 2, true), "a ****** b", 1, "a ****** a", 0);
    assertRewards(new Parts("***", 1, false), "a", 1, "***", 0);
    assertRewards(new Sections("SECTION", 2), "SECTION 1\na\nSECTION 2", 1, "SECTION one", 0);
  }

  @Test
  void aParagraphBeginsWithAWord() {
    var second = new FirstWord(2, 2, "Weekend");
    assertRewards(second, "One.\n\n\"weekend, at last\"", 1, "One.\n\nweekends", 0);
    assertThat(second.reward("Weekend")).isZero();
    assertThatThrownBy(() -> new FirstWord(2, 3, "a"))
        .hasMessage("'paragraph' must be from 1 to 2, was 3");
  }

  @Test
  void jsonMayStandInAFence() {
    assertRewards(new Json(), "{\"a\": [1]}", 1, "{\"a\": [1]", 0);
    assertRewards(new Json(), "```json\n[1, 2]\n```", 1, "Here: ```json\n[1]\n```", 0);
    assertRewards(new Json(), "\"text\"", 1, "{} and more", 0);
  }

  @Test
  void aNumberInItsFormIsWorthAllAndTheFormAloneALittle() {
    var check = new FinalNumber(new BigDecimal("-4"));
    assertRewards(check, "3 - 7 is less.\nAnswer: -4", 1, "It is -4", 0);
    assertRewards(check, "Answer: -4.0.\n", 1, "Answer: -4, or so", 0);
    assertRewards(check, "Answer: 4", FinalNumber.FORM, "The Answer: -4", 0);
    assertThat(check.reward("Answer: 1\nAnswer: -4")).as("one of several").isZero();
    assertThat(check.reward("Answer: " + "9".repeat(1_000))).isZero();
  }

  @Test
  void aTaskIsWorthTheMeanOfItsChecks() {
    var task =
        VerifiableTask.of("?", List.of(new Begins("a"), new Ends("b"), new Contains(List.of("c"))));
    assertThat(task.reward("a c b")).isEqualTo(1);
    assertThat(task.solved("a c b")).isTrue();
    assertThat(task.reward("a b")).isEqualTo(2.0 / 3);
    assertThat(task.solved("a b")).isFalse();
    var without = VerifiableTask.of("?", List.of(new Without(List.of("a"))));
    assertThat(without.reward(" \n")).as("an answer that says nothing").isZero();
  }

  private static void assertRewards(
      AnswerCheck check, String good, double worth, String bad, double less) {
    assertThat(check.reward(good)).as("%s of %s", check, good).isEqualTo(worth);
    assertThat(check.reward(bad)).as("%s of %s", check, bad).isEqualTo(less);
  }
}
