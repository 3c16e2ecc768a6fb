package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.SmallModel;
import dev.hone.preference.Example.Demonstration;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Example.Unpaired;
import dev.hone.preference.Passage;
import dev.hone.preference.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerTokensTest {
  private static final Path MODEL = SmallModel.resource("golden/chat");
  private static final ChatFormat FORMAT = ChatFormat.load(MODEL);
  private static final Provenance ANYWHERE = new Provenance.Listed(1);
  private static final Passage HI = new Passage.Chat(List.of(new Message("user", "Hi")));

  @TempDir Path folder;

  private final Truncation cut = new Truncation();

  @Test
  void aJudgementIsTokenisedAsThePairsAnswerIs() throws UntrainableException {
    var pair = new PairTokens(FORMAT, 64).of(new Pair(HI, said("Yes."), said("No."), ANYWHERE));
    var judged = tokens(64).of(new Unpaired(HI, said("No."), false, ANYWHERE));

    assertThat(judged.key())
        .isEqualTo(TokenAnswer.of(pair.prompt(), pair.rejected(), /* good= */ false).key());
    var text = new Passage.Text("Hi");
    assertThat(tokens(64).of(new Unpaired(text, new Passage.Text("No."), false, ANYWHERE)).key())
        .isEqualTo(judged.key());
    assertThat(cut.counts()).isEmpty();
  }

  @Test
  void everyTokenOfOneTurnIsLearnt() throws UntrainableException {
    var shown = tokens(64).of(new Demonstration(HI, said("Yes."), ANYWHERE));

    assertThat(shown.prompt()).isEqualTo(FORMAT.prompt(List.of(new Message("user", "Hi"))));
    assertThat(shown.answer()).isEqualTo(FORMAT.answer("Yes."));
    assertThat(shown.good()).isTrue();
    assertThat(shown.learnt()).containsOnly(true);
  }

  @Test
  void ofSeveralTurnsTheAssistantsAreLearntWithTheirEnds() throws UntrainableException {
    var shown =
        tokens(256)
            .of(
                demonstration(
                    new Message("assistant", "Yes."),
                    new Message("user", "And then?"),
                    new Message("assistant", "No."),
                    new Message("user", "Thanks.")));

    var asked =
        List.of(
            new Message("user", "Hi"),
            new Message("assistant", "Yes."),
            new Message("user", "And then?"));
    int[] before = FORMAT.prompt(asked);
    assertThat(joined(shown.prompt(), shown.answer()))
        .isEqualTo(joined(before, FORMAT.answer("No.")));
    assertThat(learnt(shown)).isEqualTo(joined(FORMAT.answer("Yes."), FORMAT.answer("No.")));
    assertThat(cut.counts()).isEmpty();
  }

  @Test
  void whatIsCutIsCounted() throws UntrainableException {
    String words = "hills and books ".repeat(20);
    var longPrompt = new Passage.Chat(List.of(new Message("user", words)));
    var both = tokens(32).of(new Unpaired(longPrompt, said(words), true, ANYWHERE));
    assertThat(both.prompt()).hasSize(16);
    assertThat(both.answer()).hasSize(16);
    assertThat(cut.counts()).isEqualTo(Map.of("answers-cut", 1, "prompts-cut", 1));

    tokens(32).of(new Unpaired(HI, said(words), true, ANYWHERE));
    assertThat(cut.counts()).isEqualTo(Map.of("answers-cut", 2, "prompts-cut", 1));

    new PairTokens(FORMAT, 32, cut).of(new Pair(longPrompt, said(words), said("No."), ANYWHERE));
    assertThat(cut.counts()).isEqualTo(Map.of("answers-cut", 3, "prompts-cut", 2));
  }

  @Test
  void aConversationThatIsCutEndsWithTheAssistant() throws UntrainableException {
    int[] prompt = FORMAT.prompt(List.of(new Message("user", "Hi")));
    int[] first = FORMAT.answer("Yes.");
    // Room for a few tokens of what the user says next.
    var shown =
        tokens(prompt.length + first.length + 3)
            .of(
                demonstration(
                    new Message("assistant", "Yes."),
                    new Message("user", "And then?"),
                    new Message("assistant", "No.")));

    assertThat(shown.answer()).isEqualTo(first);
    assertThat(shown.learnt()).containsOnly(true);
    assertThat(cut.counts()).isEqualTo(Map.of("answers-cut", 1));
  }

  @Test
  void answersThatDifferOnlyBehindTheCutTeachNothing() {
    String words = "hills and books ".repeat(20);
    refused(
        () ->
            new PairTokens(FORMAT, 32, cut)
                .of(new Pair(HI, said(words + "a"), said(words + "b"), ANYWHERE)),
        "same-answer-when-cut");
    assertThat(cut.counts()).isEmpty();
  }

  @Test
  void whatTeachesNothingIsRefusedWithItsReason() {
    refused(() -> tokens(64).of(new Unpaired(HI, said(" "), true, ANYWHERE)), "empty-answer");
    refused(
        () ->
            tokens(64)
                .of(
                    new Unpaired(
                        HI,
                        new Passage.Chat(
                            List.of(new Message("assistant", "a"), new Message("user", "b"))),
                        true,
                        ANYWHERE)),
        "several-turns");
    refused(
        () ->
            tokens(64)
                .of(demonstration(new Message("assistant", ""), new Message("user", "And then?"))),
        "empty-answer");
  }

  /** As of models whose template leaves out what was thought in former turns. */
  @Test
  void turnsThatTheTemplateWritesDifferentlyLaterAreRefused() throws IOException {
    for (String file : List.of("tokenizer.json", "config.json", "generation_config.json")) {
      Files.copy(MODEL.resolve(file), folder.resolve(file));
    }
    String settings = Files.readString(MODEL.resolve("tokenizer_config.json"));
    String changed =
        settings.replace(
            "+ message['content'] +", "+ (message['content'] if loop.last else '-') +");
    assertThat(changed).isNotEqualTo(settings);
    Files.writeString(folder.resolve("tokenizer_config.json"), changed);
    var shown =
        demonstration(
            new Message("assistant", "Yes."),
            new Message("user", "And then?"),
            new Message("assistant", "No."));

    refused(
        () -> new AnswerTokens(ChatFormat.load(folder), 64, cut).of(shown), "turns-run-together");
  }

  private AnswerTokens tokens(int maxTokens) {
    return new AnswerTokens(FORMAT, maxTokens, cut);
  }

  private static Demonstration demonstration(Message... completion) {
    return new Demonstration(HI, new Passage.Chat(List.of(completion)), ANYWHERE);
  }

  private static Passage said(String text) {
    return Passage.Chat.answer(text);
  }

  private static int[] learnt(TokenAnswer answer) {
    int[] ids = new int[answer.answer().length];
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (answer.learnt()[i]) {
        ids[count++] = answer.answer()[i];
      }
    }
    return Arrays.copyOf(ids, count);
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static void refused(ThrowingCallable tokenise, String reason) {
    assertThatThrownBy(tokenise)
        .isInstanceOfSatisfying(
            UntrainableException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
