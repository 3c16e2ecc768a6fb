package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.RealModel;
import dev.hone.alignment.reward.Rankings;
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
  void anAnswerMayTakeWhatAShortPromptLeaves() throws UntrainableException {
    var whole = new PairTokens(format, 4096).of(text("Hi", "word ".repeat(100), "Short."));
    int prompt = whole.prompt().length;
    int all = prompt + whole.chosen().length;
    assertThat(2 * whole.chosen().length).isGreaterThan(all);

    var fitting = new PairTokens(format, all).of(text("Hi", "word ".repeat(100), "Short."));
    assertThat(fitting.key()).isEqualTo(whole.key());

    var cut = new PairTokens(format, all - 1).of(text("Hi", "word ".repeat(100), "Short."));
    assertThat(cut.prompt()).isEqualTo(whole.prompt());
    assertThat(cut.chosen()).isEqualTo(Arrays.copyOf(whole.chosen(), whole.chosen().length - 1));
    assertThat(cut.rejected()).isEqualTo(whole.rejected());
  }

  @Test
  void aLongPromptGivesWayToAnAnswerUpToHalfOfTheLimit() throws UntrainableException {
    String words = "word ".repeat(100);
    var whole = new PairTokens(format, 4096).of(text(words, "Short.", "No."));
    var pair = new PairTokens(format, 64).of(text(words, "Short.", "No."));
    assertThat(pair.chosen()).isEqualTo(whole.chosen());
    assertThat(pair.prompt()).hasSize(64 - whole.chosen().length);
  }

  @Test
  void conversationsThatPartElsewherePartWhereTheirTokensDo() throws UntrainableException {
    var hi = new Message("user", "Hi");
    var ho = new Message("user", "Ho");
    var yes = new Message("assistant", "Yes");
    var pair =
        new PairTokens(format, 512)
            .asItIs(conversations(List.of(), List.of(hi, yes), List.of(ho, yes)))
            .tokens();
    int[] first = ended(List.of(hi, yes));
    int[] second = ended(List.of(ho, yes));
    assertThat(joined(pair.prompt(), pair.chosen())).isEqualTo(first);
    assertThat(joined(pair.prompt(), pair.rejected())).isEqualTo(second);
    assertThat(pair.prompt()).hasSize(Arrays.mismatch(first, second));
  }

  @Test
  void ofOneConversationThatBeginsTheOtherTheLastCommonTokenIsTheAnswer()
      throws UntrainableException {
    var hi = new Message("user", "Hi");
    var yes = new Message("assistant", "Yes");
    var pair =
        new PairTokens(format, 512)
            .asItIs(conversations(List.of(), List.of(hi, yes), List.of(hi)))
            .tokens();
    assertThat(joined(pair.prompt(), pair.chosen())).isEqualTo(ended(List.of(hi, yes)));
    assertThat(joined(pair.prompt(), pair.rejected())).isEqualTo(ended(List.of(hi)));
    assertThat(pair.rejected()).hasSize(1);

    var same =
        new PairTokens(format, 512)
            .asItIs(conversations(List.of(), List.of(hi), List.of(hi)))
            .tokens();
    assertThat(same.chosen()).isEqualTo(same.rejected()).hasSize(1);
  }

  @Test
  void anAnswerMayFollowAnAnswer() throws UntrainableException {
    var asked = List.of(new Message("user", "Hi"), new Message("assistant", "Yes"));
    var pair =
        new PairTokens(format, 512)
            .asItIs(
                conversations(
                    asked,
                    List.of(new Message("assistant", "Well")),
                    List.of(new Message("assistant", ""))))
            .tokens();
    assertThat(pair.prompt()).isEqualTo(format.prompt(asked));
    assertThat(pair.chosen()).isEqualTo(format.answer("Well"));
    assertThat(pair.rejected()).isEqualTo(format.answer(""));
  }

  @Test
  void promptsAreKnownAndAnswersMeasuredByWhatTheyWereBeforeTheCut() throws UntrainableException {
    var tokens = new PairTokens(format, 64);
    var asked = List.of(new Message("user", "why ".repeat(100)));
    var yes = List.of(new Message("assistant", "Yes"));
    var hills = List.of(new Message("assistant", "hills and ".repeat(60)));
    var one = tokens.asItIs(conversations(asked, yes, hills));
    var other = tokens.asItIs(conversations(asked, yes, yes));
    assertThat(one.tokens().promptKey()).isEqualTo(other.tokens().promptKey());
    assertThat(one.tokens().prompt()).isNotEqualTo(other.tokens().prompt());
    assertThat(one.rejectedLength())
        .isEqualTo(format.answer("hills and ".repeat(60)).length)
        .isGreaterThan(one.tokens().rejected().length);
    assertThat(one.chosenLength()).isEqualTo(one.tokens().chosen().length);
  }

  @Test
  void aRankingWhosePromptIsCutIsOneElement() throws UntrainableException {
    var tokens = new PairTokens(format, 64);
    var asked = List.of(new Message("user", "why ".repeat(100)));
    var best = List.of(new Message("assistant", "Yes"));
    var middle = List.of(new Message("assistant", "hills and hills"));
    var worst = List.of(new Message("assistant", "hills and ".repeat(4)));
    var pairs =
        List.of(
            tokens.of(conversations(asked, best, middle)),
            tokens.of(conversations(asked, middle, worst)),
            tokens.of(conversations(asked, best, worst)));
    assertThat(pairs.getFirst().prompt()).isNotEqualTo(pairs.getLast().prompt());
    var ranking = Rankings.of(pairs);
    assertThat(ranking).hasSize(1);
    assertThat(ranking.getFirst().prompt()).isEqualTo(pairs.getLast().prompt());
    assertThat(ranking.getFirst().answers()).hasSize(3);
  }

  @Test
  void pairsWithoutAPromptHaveNoneInCommon() throws UntrainableException {
    var tokens = new PairTokens(format, 64);
    var yes = List.of(new Message("assistant", "Yes"));
    var no = List.of(new Message("assistant", "No"));
    var one = tokens.asItIs(conversations(List.of(), yes, no));
    var other = tokens.asItIs(conversations(List.of(), no, yes));
    assertThat(one.tokens().promptKey()).isNotEqualTo(other.tokens().promptKey());
  }

  /** The template's text up to the end of the last turn. */
  private static int[] ended(List<Message> messages) {
    int[] all = format.prompt(messages);
    int end = format.tokenizer().id("<|im_end|>").orElseThrow();
    int last = all.length - 1;
    while (all[last] != end) {
      last--;
    }
    return Arrays.copyOf(all, last + 1);
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static Example.Pair conversations(
      List<Message> prompt, List<Message> chosen, List<Message> rejected) {
    return new Example.Pair(
        new Passage.Chat(prompt),
        new Passage.Chat(chosen),
        new Passage.Chat(rejected),
        provenance());
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
