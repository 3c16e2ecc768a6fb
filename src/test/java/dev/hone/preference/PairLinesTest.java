package dev.hone.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.Message;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.PairLines.Entry;
import dev.hone.preference.PairLines.Entry.Bad;
import dev.hone.preference.PairLines.Entry.Good;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairLinesTest {
  private static final String SYSTEM = "{'role':'system','content':'Brief.'}";
  private static final String ASK = "{'role':'user','content':'Hi'}";
  private static final String YES = "{'role':'assistant','content':'Yes'}";
  private static final String NO = "{'role':'assistant','content':'No'}";

  @Test
  void keepsWhatAnImportWouldDrop() throws IOException {
    var same = "{'prompt':'a','chosen':'b','rejected':'b'}\n";
    assertThat(read(same + same + "{'prompt':'a','chosen':'','rejected':' '}"))
        .extracting(PairLinesTest::texts)
        .containsExactly(List.of("a", "b", "b"), List.of("a", "b", "b"), List.of("a", "", " "));
  }

  @Test
  void equalConversationsDifferInNothingButAreAPair() throws IOException {
    String conversation = "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]";
    var entries = read("{'chosen':%s,'rejected':%s}".formatted(conversation, conversation));
    assertThat(entries.getFirst())
        .isInstanceOfSatisfying(
            Good.class,
            readable -> {
              assertThat(readable.pair().prompt())
                  .isEqualTo(new Passage.Chat(List.of(new Message("user", "a"))));
              assertThat(readable.pair().chosen()).isEqualTo(readable.pair().rejected());
            });
  }

  /** The expected columns are what TRL's extract_prompt makes of the line. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "The sky is blue.|The sky is green.|The sky is| blue.| green.",
        "I like tea|I like toast|I like t|ea|oast",
        "Human: Hi Assistant: Hello|Human: Hi Assistant: No|Human: Hi Assistant:| Hello| No",
        "Q: x A: yes|Q: x A: yes, sir|Q: x A: ye|s|s, sir",
        "same|same|sam|e|e",
        "so 😀|so 😁|so| 😀| 😁",
        "a😀|a😀b|a|😀|😀b",
      })
  void aPromptThatIsOnlyImpliedInTextIsWhatBothBeginWith(
      String chosen, String rejected, String prompt, String better, String worse)
      throws IOException {
    assertThat(texts(chosen, rejected))
        .isEqualTo(List.of(prompt.replace("~", "\n"), better, worse));
  }

  @Test
  void textsThatBeginWithNothingInCommonHaveAnEmptyPrompt() throws IOException {
    assertThat(texts("Yes. ", "No. ")).isEqualTo(List.of("", "Yes. ", "No. "));
    assertThat(texts("", "No.")).isEqualTo(List.of("", "", "No."));
    assertThat(texts("", "")).isEqualTo(List.of("", "", ""));
  }

  @Test
  void aPromptOfNothingIsImplied() throws IOException {
    assertThat(read("{'prompt':null,'chosen':'a b','rejected':'a c'}"))
        .extracting(PairLinesTest::texts)
        .containsExactly(List.of("a", " b", " c"));
    assertThat(
            pair("{'prompt':[],'chosen':[%s,%s],'rejected':[%s,%s]}".formatted(ASK, YES, ASK, NO)))
        .isEqualTo(List.of("user: Hi", "assistant: Yes", "assistant: No"));
  }

  @Test
  void conversationsPartWhereTheyDiffer() throws IOException {
    assertThat(pair("{'chosen':[%s,%s],'rejected':[%s,%s]}".formatted(ASK, YES, ASK, NO)))
        .isEqualTo(List.of("user: Hi", "assistant: Yes", "assistant: No"));
    assertThat(pair("{'chosen':[%s,%s],'rejected':[%s,%s]}".formatted(SYSTEM, YES, SYSTEM, NO)))
        .isEqualTo(List.of("system: Brief.", "assistant: Yes", "assistant: No"));
    assertThat(pair("{'chosen':[%s,%s,%s],'rejected':[%s,%s]}".formatted(ASK, YES, NO, ASK, YES)))
        .isEqualTo(List.of("user: Hi", "assistant: Yes, assistant: No", "assistant: Yes"));
    assertThat(pair("{'chosen':[%s],'rejected':[%s,%s]}".formatted(ASK, ASK, YES)))
        .isEqualTo(List.of("", "user: Hi", "user: Hi, assistant: Yes"));
    assertThat(pair("{'chosen':[%s],'rejected':[%s]}".formatted(YES, NO)))
        .isEqualTo(List.of("", "assistant: Yes", "assistant: No"));
  }

  @Test
  void aPromptMayEndWithAnAnswer() throws IOException {
    assertThat(
            pair("{'prompt':[%s,%s],'chosen':[%s],'rejected':[%s]}".formatted(ASK, YES, YES, NO)))
        .isEqualTo(List.of("user: Hi, assistant: Yes", "assistant: Yes", "assistant: No"));
  }

  @Test
  void aPromptAsTextIsAQuestionUnlessTheConversationsHoldIt() throws IOException {
    assertThat(pair("{'prompt':'Hi','chosen':[%s],'rejected':[%s]}".formatted(YES, NO)))
        .isEqualTo(List.of("user: Hi", "assistant: Yes", "assistant: No"));
    assertThat(
            pair(
                "{'prompt':'Hi','chosen':[%s,%s],'rejected':[%s,%s]}".formatted(ASK, YES, ASK, NO)))
        .isEqualTo(List.of("user: Hi", "assistant: Yes", "assistant: No"));
    assertThat(pair("{'prompt':[%s],'chosen':'Yes','rejected':'No'}".formatted(ASK)))
        .isEqualTo(List.of("user: Hi", "assistant: Yes", "assistant: No"));
  }

  @Test
  void messagesMayHaveOtherFieldsAndRoles() throws IOException {
    String named = "{'role':'user','name':'Ann','content':'Hi','tool_calls':null}";
    String critic = "{'role':'critic','content':'12'}";
    assertThat(
            pair(
                "{'prompt':[%s,%s],'chosen':[%s],'rejected':[%s]}"
                    .formatted(named, critic, YES, NO)))
        .isEqualTo(List.of("user: Hi, critic: 12", "assistant: Yes", "assistant: No"));
  }

  @Test
  void contentMayBeInParts() throws IOException {
    String parts =
        "{'role':'user','content':[{'type':'text','text':'H'},{'type':'text','text':'i'}]}";
    assertThat(pair("{'prompt':[%s],'chosen':[%s],'rejected':[%s]}".formatted(parts, YES, NO)))
        .isEqualTo(List.of("user: Hi", "assistant: Yes", "assistant: No"));
  }

  @Test
  void functionsTheirCallsAndResultsAreToldInWords() throws IOException {
    String tools = "[{'type':'function','function':{'name':'add'}}]";
    String call =
        "{'role':'assistant','tool_calls':[{'type':'function','function':"
            + "{'name':'add','arguments':%s}}]}";
    String result = "{'role':'tool','name':'add','content':'12'}";
    var said =
        pair(
            "{'prompt':[%s,%s,%s],'chosen':[%s],'rejected':[%s],'tools':%s}"
                .formatted(
                    ASK,
                    call.formatted("{'a':5}"),
                    result,
                    call.formatted("'{\\'a\\':7}'"),
                    call.formatted("{'a':8}"),
                    tools));
    assertThat(said.getFirst())
        .startsWith("system: You can call these functions:\n{\"name\":\"add\"}")
        .contains("user: Hi, assistant: <tool_call>", "{\"a\":5}", "<tool_response>\n12\n");
    assertThat(said.get(1)).contains("\"add\"", "{\"a\":7}");
    assertThat(said.get(2)).contains("\"add\"", "{\"a\":8}");
  }

  @Test
  void aCallThatIsNoneStandsAsItIs() throws IOException {
    String broken =
        "{'role':'assistant','content':'Let me add','tool_calls':[{'function':"
            + "{'name':'add','arguments':'{5'}}]}";
    String plain = "{'role':'assistant','tool_calls':[{'name':'now'}]}";
    var said =
        pair(
            "{'prompt':[%s],'chosen':[%s],'rejected':[%s],'tools':'search, add'}"
                .formatted(ASK, plain, broken));
    assertThat(said.getFirst()).isEqualTo("user: Hi");
    assertThat(said.get(1)).contains("\"now\"", "{}");
    assertThat(said.get(2)).startsWith("assistant: Let me add\n").contains("{5");
  }

  @Test
  void functionsMayStandWithoutAWrapperAndInText() throws IOException {
    for (String tools : List.of("[{'name':'add'}]", "'[{\\'name\\':\\'add\\'}]'")) {
      assertThat(
              pair(
                  "{'prompt':[%s],'chosen':[%s],'rejected':[%s],'tools':%s}"
                      .formatted(ASK, YES, NO, tools)))
          .first()
          .asString()
          .startsWith("system: You can call these functions:\n{\"name\":\"add\"}");
    }
  }

  @Test
  void transcriptsWithoutAPromptAreTurns() throws IOException {
    var line =
        Format.MAPPER
            .createObjectNode()
            .put("chosen", "\n\nHuman: Hi\n\nAssistant: Hello")
            .put("rejected", "\n\nHuman: Hi\n\nAssistant: Her");
    assertThat(read(line.toString(), Format.TRL))
        .extracting(entry -> conversations(((Good) entry).pair()))
        .containsExactly(List.of("user: Hi", "assistant: Hello", "assistant: Her"));
  }

  /** As most copies of Anthropic's data have them. */
  @Test
  void aPromptThatIsATranscriptIsTurns() throws IOException {
    var asked = "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Well?\n\nAssistant:";
    var turns =
        List.of("user: Hi, assistant: Hello, user: Well?", "assistant: Yes", "assistant: No");
    for (Format format : Format.values()) {
      assertThat(read(FormatTest.line(asked, " Yes", "No"), format))
          .extracting(entry -> conversations(((Good) entry).pair()))
          .containsExactly(turns);
    }
    for (String prompt : List.of(asked, "")) {
      assertThat(read(FormatTest.line(prompt, asked + " Yes", asked + " No"), Format.TRL))
          .extracting(entry -> conversations(((Good) entry).pair()))
          .containsExactly(turns);
    }
  }

  @Test
  void whatFollowsATranscriptMayNameASpeaker() throws IOException {
    var line = FormatTest.line("Human: Hi\n\nAssistant:", "Assistant: Yes", "Human: No");
    assertThat(read(line, Format.TRL))
        .extracting(entry -> conversations(((Good) entry).pair()))
        .containsExactly(List.of("user: Hi", "assistant: Assistant: Yes", "assistant: Human: No"));
  }

  @Test
  void aPromptInMessagesIsNoneOfTheirTranscripts() throws IOException {
    assertThat(
            pair(
                "{'prompt':[%s],'chosen':'Human: a\n\nAssistant: b','rejected':'Human: a\n\nAssistant: c'}"
                    .formatted(SYSTEM)
                    .replace("\n", "\\n")))
        .first()
        .isEqualTo("system: Brief.");
  }

  @Test
  void conversationsMayBeginWithAGreeting() throws IOException {
    assertThat(
            pair(
                "{'prompt':'Hi','chosen':[%s,%s,%s],'rejected':[%s,%s,%s]}"
                    .formatted(NO, ASK, YES, NO, ASK, NO)))
        .isEqualTo(List.of("assistant: No, user: Hi", "assistant: Yes", "assistant: No"));
  }

  @Test
  void columnsThatNobodyReadsMayHoldWhatTheyLike() throws IOException {
    assertThat(read("{'chosen':'a','rejected':'b','prompt':'','score':NaN,'x':-Infinity}"))
        .hasOnlyElementsOfType(Good.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'prompt':'a','chosen':null,'rejected':'b'}",
        "{'prompt':'a','chosen':7,'rejected':'b'}",
        "{'prompt':7,'chosen':'a','rejected':'b'}",
        "{'prompt':'a','chosen':[],'rejected':[]}",
        "{'chosen':'a','rejected':[{'role':'assistant','content':'b'}]}",
        "{'chosen':[{'role':'user','content':null}],'rejected':[{'role':'user','content':'b'}]}",
        "{'chosen':[{'content':'a'}],'rejected':[{'role':'user','content':'b'}]}",
        "{'chosen':[{'role':'user','content':[{'type':'image'}]}],'rejected':'b'}",
        "{'chosen':'a'}",
        "{'prompt':'a'}",
        "['a','b']"
      })
  void whatIsNeitherTextNorMessagesIsUnreadable(String line) throws IOException {
    assertThat(read(line)).singleElement().isInstanceOf(Bad.class);
  }

  @Test
  void transcriptsMayPartAnywhere() throws IOException {
    var line =
        Format.MAPPER
            .createObjectNode()
            .put("chosen", "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d")
            .put("rejected", "\n\nHuman: a\n\nAssistant: b");
    assertThat(read(line.toString(), Format.HH))
        .extracting(entry -> conversations(((Good) entry).pair()))
        .containsExactly(List.of("user: a", "assistant: b, user: c, assistant: d", "assistant: b"));
  }

  @Test
  void saysOfEachOtherLineWhyItIsNoPair() throws IOException {
    assertThat(read("\nno\n{'prompt':'a','completion':'b'}\n{'prompt':'a','chosen':'b'}\n"))
        .satisfiesExactly(
            entry -> unreadable(entry, 2, "not JSON"),
            entry -> unreadable(entry, 3, "not a pair"),
            entry -> unreadable(entry, 4, "'rejected' is missing"));
  }

  private static void unreadable(Entry entry, int line, String reason) {
    assertThat(entry)
        .isInstanceOfSatisfying(
            Bad.class,
            bad -> {
              assertThat(bad.line()).isEqualTo(line);
              assertThat(bad.reason()).contains(reason);
            });
  }

  private static List<String> texts(Entry entry) {
    Pair pair = ((Good) entry).pair();
    return List.of(text(pair.prompt()), text(pair.chosen()), text(pair.rejected()));
  }

  private static String text(Passage passage) {
    return ((Passage.Text) passage).text();
  }

  /** Of a line with these two, in which a tilde stands for a line break. */
  private static List<String> texts(String chosen, String rejected) throws IOException {
    var line = Format.MAPPER.createObjectNode();
    line.put("chosen", chosen.replace("~", "\n")).put("rejected", rejected.replace("~", "\n"));
    return texts(read(line.toString(), Format.TRL).getFirst());
  }

  private static List<String> pair(String line) throws IOException {
    return conversations(((Good) read(line).getFirst()).pair());
  }

  private static List<String> conversations(Pair pair) {
    return Stream.of(pair.prompt(), pair.chosen(), pair.rejected())
        .map(PairLinesTest::conversation)
        .toList();
  }

  private static String conversation(Passage passage) {
    return ((Passage.Chat) passage)
        .messages().stream()
            .map(message -> message.role() + ": " + message.content())
            .collect(Collectors.joining(", "));
  }

  private static List<Entry> read(String text) throws IOException {
    return read(text.replace('\'', '"'), Format.TRL);
  }

  private static List<Entry> read(String text, Format format) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var lines = new PairLines(new ByteArrayInputStream(bytes), format);
    var entries = new ArrayList<Entry>();
    for (var entry = lines.next(); entry.isPresent(); entry = lines.next()) {
      entries.add(entry.get());
    }
    return entries;
  }
}
