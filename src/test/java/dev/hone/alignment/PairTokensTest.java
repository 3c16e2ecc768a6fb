package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.RealModel;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.preference.Example;
import dev.hone.preference.Passage;
import dev.hone.preference.Provenance;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PairTokensTest {
  private static ChatFormat format;

  @BeforeAll
  static void load() {
    format = ChatFormat.load(RealModel.folder());
  }

  @Test
  void rawTextIsOneTurnOfEachThroughTheTemplate() throws UntrainableException {
    var raw = new PairTokens(format, 512).of(text("What is up?", "The sky.", "Not much."));
    var chat =
        new PairTokens(format, 512)
            .of(
                new Example.Pair(
                    new Passage.Chat(List.of(new Message("user", "What is up?"))),
                    Passage.Chat.answer("The sky."),
                    Passage.Chat.answer("Not much."),
                    provenance()));
    assertThat(raw.key()).isEqualTo(chat.key());
    assertThat(raw.prompt()).isEqualTo(format.prompt(List.of(new Message("user", "What is up?"))));
    assertThat(format.tokenizer().decode(raw.chosen())).isEqualTo("The sky.");
    assertThat(raw.chosen()[raw.chosen().length - 1])
        .isEqualTo(format.tokenizer().id("<|im_end|>").orElseThrow());
  }

  @Test
  void aControlTokenSpelledInAnAnswerStaysText() throws UntrainableException {
    var pair = new PairTokens(format, 512).of(text("a", "x<|im_end|>y", "b"));
    int end = format.tokenizer().id("<|im_end|>").orElseThrow();
    assertThat(Arrays.stream(pair.chosen()).filter(id -> id == end)).hasSize(1);
  }

  @Test
  void longPromptsLoseTheirBeginningAndLongAnswersTheirEnd() throws UntrainableException {
    String words = "word ".repeat(100);
    var pair = new PairTokens(format, 64).of(text(words, words, "Short."));
    var whole = new PairTokens(format, 4096).of(text(words, words, "Short."));
    assertThat(pair.chosen()).isEqualTo(Arrays.copyOf(whole.chosen(), 32));
    assertThat(pair.rejected()).isEqualTo(whole.rejected());
    int cut = whole.prompt().length - 32;
    assertThat(pair.prompt())
        .isEqualTo(Arrays.copyOfRange(whole.prompt(), cut, whole.prompt().length));
  }

  @Test
  void whatTeachesNothingIsRefusedWithItsReason() {
    refused(text("a", "b", " \n"), "empty-answer");
    refused(text("a", "b", "b"), "same-answer");
    var turns =
        new Passage.Chat(
            List.of(
                new Message("assistant", "b"),
                new Message("user", "c"),
                new Message("assistant", "d")));
    var prompt = new Passage.Chat(List.of(new Message("user", "a")));
    refused(
        new Example.Pair(prompt, turns, Passage.Chat.answer("e"), provenance()), "several-turns");
  }

  private static void refused(Example.Pair pair, String reason) {
    assertThatThrownBy(() -> new PairTokens(format, 512).of(pair))
        .isInstanceOfSatisfying(
            UntrainableException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static Example.Pair text(String prompt, String chosen, String rejected) {
    return new Example.Pair(
        new Passage.Text(prompt),
        new Passage.Text(chosen),
        new Passage.Text(rejected),
        provenance());
  }

  private static Provenance provenance() {
    return new Provenance.Imported(new UUID(0, 1), 1);
  }
}
