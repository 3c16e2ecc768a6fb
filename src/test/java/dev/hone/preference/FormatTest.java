package dev.hone.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.Message;
import dev.hone.preference.Example.Demonstration;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Example.Unpaired;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  private static final Provenance FROM = new Provenance.Imported(new UUID(0, 1), 1);

  @Test
  void readsPairsOfRawText() {
    assertThat(trl("{'prompt':'The sky is','chosen':' blue.','rejected':' green.'}"))
        .isEqualTo(new Pair(text("The sky is"), text(" blue."), text(" green."), FROM));
  }

  @Test
  void readsPairsOfMessages() {
    assertThat(
            trl(
                """
                {'prompt':[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi'}],
                 'chosen':[{'role':'assistant','content':'Hello'}],
                 'rejected':[{'role':'assistant','content':'Go away'}],'score_chosen':9}"""))
        .isEqualTo(
            new Pair(
                chat("system", "Be brief.", "user", "Hi"),
                chat("assistant", "Hello"),
                chat("assistant", "Go away"),
                FROM));
  }

  @Test
  void takesTheCommonBeginningOfWholeConversationsAsThePrompt() {
    var expected =
        new Pair(
            chat("user", "Hi", "assistant", "Hello", "user", "Sing"),
            chat("assistant", "La"),
            chat("assistant", "No"),
            FROM);
    var conversations =
        """
        'chosen':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Hello'},
          {'role':'user','content':'Sing'},{'role':'assistant','content':'La'}],
        'rejected':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Hello'},
          {'role':'user','content':'Sing'},{'role':'assistant','content':'No'}]}""";

    assertThat(trl("{" + conversations)).isEqualTo(expected);
    assertThat(trl("{'prompt':'Hi'," + conversations)).isEqualTo(expected);
  }

  @Test
  void readsUnpairedAnswersAndDemonstrations() {
    assertThat(trl("{'prompt':'2+2=','completion':'5','label':false}"))
        .isEqualTo(new Unpaired(text("2+2="), text("5"), false, FROM));
    assertThat(
            trl(
                "{'prompt':[{'role':'user','content':'Hi'}],"
                    + "'completion':[{'role':'assistant','content':'Hello'}],'label':true}"))
        .isEqualTo(new Unpaired(chat("user", "Hi"), chat("assistant", "Hello"), true, FROM));
    assertThat(trl("{'prompt':'2+2=','completion':'4'}"))
        .isEqualTo(new Demonstration(text("2+2="), text("4"), FROM));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'prompt':'a' | not JSON",
        "nonsense | not JSON",
        "{'a':1} {'b':2} | not JSON",
        "[1] | not a JSON object",
        "{} | expected prompt, chosen, rejected",
        "{'messages':[],'label':true} | has messages, label",
        "{'prompt':'a','chosen':'b'} | 'rejected' is missing",
        "{'prompt':'a','rejected':'b'} | 'chosen' is missing",
        "{'prompt':'a','chosen':'b','rejected':'b'} | 'chosen' and 'rejected' are the same",
        "{'prompt':'a','chosen':7,'rejected':'b'} | 'chosen' must be a text or a list of messages",
        "{'prompt':'a','chosen':null,'rejected':'b'} | 'chosen' must be a text or a list",
        "{'prompt':'a','chosen':[],'rejected':'b'} | 'chosen' must be a text or a list of messages",
        "{'chosen':'a','rejected':'b'} | 'prompt' is missing",
        "{'chosen':'\\n\\nHuman: a','rejected':'\\n\\nHuman: b'} | imported with format hh",
        "{'prompt':[{'role':'user','content':'a'}],'chosen':'b','rejected':'c'} | both be text or",
        "{'prompt':'a','completion':'b','label':1} | 'label' must be true or false",
        "{'prompt':'a','completion':'b','label':'true'} | 'label' must be true or false",
        "{'completion':'b','label':true} | 'prompt' is missing",
        "{'prompt':'a','completion':'\\ud800'} | half of a surrogate pair",
        "{'prompt':'a','prompt':'b','completion':'c'} | Duplicate",
        "{'prompt':[{'role':'user'}],'completion':[{'role':'assistant','content':'b'}]} | needs 'role' and 'content'",
        "{'prompt':[{'role':'tool','content':'a'}],'completion':[{'role':'assistant','content':'b'}]} | role 'tool' in 'prompt' is not supported",
        "{'prompt':[{'role':'user','content':'a','name':'x'}],'completion':[{'role':'assistant','content':'b'}]} | has 'name', which is not supported",
        "{'prompt':[{'role':'user','content':'a'}],'completion':[{'role':'user','content':'b'}]} | must begin with an assistant's message",
        "{'chosen':[{'role':'user','content':'a'}],'rejected':[{'role':'user','content':'b'}]} | do not begin with the same message",
      })
  void saysWhatIsWrongWithALine(String line, String why) {
    assertThatThrownBy(() -> trl(line))
        .isInstanceOf(BadLineException.class)
        .hasMessageContaining(why);
  }

  @Test
  void readsAnthropicsTranscripts() {
    assertThat(
            hh(
                "\n\nHuman: Hi\n\nAssistant: Hello! Human: is a word.\n\nHuman: Two\n\nlines"
                    + "\n\nAssistant: Fine",
                "\n\nHuman: Hi\n\nAssistant: Hello! Human: is a word.\n\nHuman: Two\n\nlines"
                    + "\n\nAssistant: "))
        .isEqualTo(
            new Pair(
                chat("user", "Hi", "assistant", "Hello! Human: is a word.", "user", "Two\n\nlines"),
                chat("assistant", "Fine"),
                chat("assistant", ""),
                FROM));
  }

  @Test
  void readsTranscriptsWhoseBeginningIsAPrompt() {
    var line = line("\n\nHuman: Hi\n\nAssistant:", " Fine", " No");
    assertThat(Format.HH.read(line, FROM))
        .isEqualTo(
            new Pair(chat("user", "Hi"), chat("assistant", "Fine"), chat("assistant", "No"), FROM));
  }

  @Test
  void aQuestionAsTextMayHaveAnswersInMessages() {
    assertThat(
            trl(
                """
                {"prompt":"Hi","chosen":[{"role":"assistant","content":"Fine","tool_calls":[]}],
                 "rejected":[{"role":"assistant","content":"No"}]}"""))
        .isEqualTo(
            new Pair(chat("user", "Hi"), chat("assistant", "Fine"), chat("assistant", "No"), FROM));
  }

  @Test
  void aQuestionBesideAConversationOnlyRepeatsIt() {
    String greeted =
        "[{\"role\":\"assistant\",\"content\":\"Welcome\"},{\"role\":\"user\",\"content\":\"Hi\"},"
            + "{\"role\":\"assistant\",\"content\":\"%s\"}]";
    assertThat(
            trl(
                "{\"prompt\":\"Hi\",\"chosen\":%s,\"rejected\":%s}"
                    .formatted(greeted.formatted("Fine"), greeted.formatted("No"))))
        .isEqualTo(
            new Pair(
                chat("assistant", "Welcome", "user", "Hi"),
                chat("assistant", "Fine"),
                chat("assistant", "No"),
                FROM));
  }

  @Test
  void aTranscriptIsNoQuestion() {
    var line = line("Human: Hi\n\nAssistant:", "Fine", "No");
    assertThatThrownBy(() -> trl(line))
        .isInstanceOf(BadLineException.class)
        .hasMessageEndingWith("imported with format hh");
  }

  @Test
  void keepsAnAnswerThatGoesOnOverSeveralTurns() {
    assertThat(
            hh(
                "\n\nHuman: Hi\n\nAssistant: One\n\nHuman: And?\n\nAssistant: Two",
                "\n\nHuman: Hi\n\nAssistant: Zero"))
        .isEqualTo(
            new Pair(
                chat("user", "Hi"),
                chat("assistant", "One", "user", "And?", "assistant", "Two"),
                chat("assistant", "Zero"),
                FROM));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "~~Human: a~~Assistant: b|~~Human: a~~Assistant: b|are the same",
        "~~Human: a~~Assistant: b|~~Human: c~~Assistant: b|do not begin with the same message",
        "~~Human: a~~Assistant: b~~Human: c~~Assistant: d|~~Human: a~~Assistant: b|the beginning of",
        "~~Human: a~~Assistant: b~~Human: c~~Assistant: d|~~Human: a~~Assistant: b~~Human: e~~Assistant: d|differ in what the user says",
        "~~Human: a~~Assistant: b~~Human: c|~~Human: a~~Assistant: d|'chosen' does not end with the assistant",
        "hello|~~Human: a~~Assistant: d|'chosen' must begin with Human: or Assistant:",
      })
  void saysWhatIsWrongWithTranscripts(String chosen, String rejected, String why) {
    assertThatThrownBy(() -> hh(chosen.replace("~", "\n"), rejected.replace("~", "\n")))
        .isInstanceOf(BadLineException.class)
        .hasMessageContaining(why);
  }

  @Test
  void transcriptsNeedBothSides() {
    assertThatThrownBy(() -> Format.HH.read("{\"transcript\":\"\\n\\nHuman: a\"}", FROM))
        .hasMessage("'chosen' must be a transcript");
  }

  @Test
  void readsBackWhatItWrites() {
    var random = new Random(42);
    for (int i = 0; i < 2_000; i++) {
      var example = anyExample(random);
      var line = TrlFormat.write(example);
      assertThat(line).doesNotContain("\n");
      assertThat(Format.TRL.read(line, FROM)).isEqualTo(example);
      assertThat(TrlFormat.write(Format.TRL.read(line, FROM))).isEqualTo(line);
    }
  }

  private static Example anyExample(Random random) {
    boolean chat = random.nextBoolean();
    var prompt = chat ? anyChat(random, "user") : text(anyText(random));
    var first = chat ? anyChat(random, "assistant") : text(anyText(random));
    var second = chat ? chat("assistant", anyText(random) + "!") : text(anyText(random) + "!");
    return switch (random.nextInt(first.equals(second) ? 2 : 3)) {
      case 0 -> new Unpaired(prompt, first, random.nextBoolean(), FROM);
      case 1 -> new Demonstration(prompt, first, FROM);
      default -> new Pair(prompt, first, second, FROM);
    };
  }

  private static Passage anyChat(Random random, String first) {
    var messages = new ArrayList<Message>();
    messages.add(new Message(first, anyText(random)));
    for (int i = random.nextInt(3); i > 0; i--) {
      var role = List.of("system", "user", "assistant").get(random.nextInt(3));
      messages.add(new Message(role, anyText(random)));
    }
    return new Passage.Chat(messages);
  }

  private static String anyText(Random random) {
    var pieces = List.of("a", " ", "\n", "\"", "\\", "é", "漢", "😀", "\u0000", "\u2028", "\uFEFF");
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }

  /** A pair's columns as texts. */
  static String line(String prompt, String chosen, String rejected) {
    return Format.MAPPER
        .createObjectNode()
        .put("prompt", prompt)
        .put("chosen", chosen)
        .put("rejected", rejected)
        .toString();
  }

  private static Example trl(String line) {
    // In these tests a lone quote stands for JSON's.
    return Format.TRL.read(line.replace('\'', '"').replace("\n", " "), FROM);
  }

  private static Example hh(String chosen, String rejected) {
    var line = Format.MAPPER.createObjectNode().put("chosen", chosen).put("rejected", rejected);
    return Format.HH.read(line.toString(), FROM);
  }

  private static Passage text(String text) {
    return new Passage.Text(text);
  }

  private static Passage chat(String... rolesAndContents) {
    var messages = new ArrayList<Message>();
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      messages.add(new Message(rolesAndContents[i], rolesAndContents[i + 1]));
    }
    return new Passage.Chat(messages);
  }
}
