package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.api.ToolCallReader.Part;
import dev.hone.model.ToolSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallReaderTest {
  private static final Set<String> NAMES = Set.of("weather", "time");
  private static final String WEATHER =
      "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Zürich\"}}\n</tool_call>";

  @Test
  void callsBetweenTagsAreTakenOutOfTheText() {
    var parts =
        read(
            ToolSyntax.TAGGED,
            "Let me see.\n" + WEATHER + "\n" + WEATHER.replace("weather", "time") + "\n");
    assertThat(text(parts)).isEqualTo("Let me see.");
    assertThat(calls(parts)).extracting(Part.Call::name).containsExactly("weather", "time");
    assertThat(calls(parts)).extracting(Part.Call::index).containsExactly(0, 1);
    assertThat(calls(parts)).extracting(Part.Call::id).doesNotHaveDuplicates();
    assertThat(calls(parts).getFirst().arguments()).isEqualTo("{\"city\":\"Zürich\"}");
  }

  @Test
  void aCallWithoutItsClosingTagIsOneIfItIsWhole() {
    var open = WEATHER.substring(0, WEATHER.indexOf("</tool_call>"));
    assertThat(calls(read(ToolSyntax.TAGGED, open))).hasSize(1);
    var cut = WEATHER.substring(0, 40);
    assertThat(text(read(ToolSyntax.TAGGED, cut))).isEqualTo(cut);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<tool_call>\n{\"name\": \"weather\"}\n</tool_call>",
        "<tool_call>\n{\"name\": \"none\", \"arguments\": {}}\n</tool_call> and on",
        "<tool_call>\n{\"name\": \"weather\", \"arguments\": {}} {}\n</tool_call>",
        "  <tool_call>nonsense</tool_call>",
        "<tool_call>",
        "a < b and <tool_cal",
        " just text \n",
        ""
      })
  void whatIsNoCallIsText(String said) {
    var parts = read(ToolSyntax.TAGGED, said);
    assertThat(calls(parts)).isEmpty();
    assertThat(text(parts)).isEqualTo(said);
  }

  @Test
  void aBareCallIsTheWholeAnswer() {
    var call = "{\"name\": \"weather\", \"parameters\": {\"city\": \"Bern\"}}";
    assertThat(calls(read(ToolSyntax.BARE, call))).hasSize(1);
    assertThat(text(read(ToolSyntax.BARE, call))).isEmpty();
    assertThat(text(read(ToolSyntax.BARE, "It is " + call))).isEqualTo("It is " + call);
    assertThat(text(read(ToolSyntax.BARE, call + " ok"))).isEqualTo(call + " ok");
  }

  @Test
  void withoutFunctionsNothingIsHeldBack() {
    var reader = new ToolCallReader(ToolSyntax.TAGGED, Set.of());
    assertThat(reader.push("<tool_call>")).containsExactly(new Part.Text("<tool_call>"));
    assertThat(reader.end()).isEmpty();
  }

  @Test
  void textIsPassedOnAsSoonAsItCanBeNoCall() {
    var reader = new ToolCallReader(ToolSyntax.TAGGED, NAMES);
    assertThat(reader.push("Hello")).containsExactly(new Part.Text("Hello"));
    assertThat(reader.push(" <to")).isEmpty();
    assertThat(reader.push("day>")).containsExactly(new Part.Text(" <today>"));
  }

  @Test
  void aStreamedCallNamesItselfFirstAndJoinsToItsArguments() {
    var arguments = "{\"text\":\"" + "é😀".repeat(60) + "\"}";
    var deltas = ToolCalls.deltas(new Part.Call(1, "call_1", "weather", arguments));
    assertThat(deltas.getFirst())
        .isEqualTo(
            new ToolCalls.Delta(1, "call_1", "function", new ToolCalls.Function("weather", "")));
    var rest = deltas.subList(1, deltas.size());
    assertThat(rest).hasSizeGreaterThan(1).allMatch(delta -> delta.id() == null);
    assertThat(rest).allMatch(delta -> delta.function().name() == null && delta.index() == 1);
    assertThat(String.join("", rest.stream().map(delta -> delta.function().arguments()).toList()))
        .isEqualTo(arguments);
  }

  /** Whole and character by character, which must come to the same. */
  private static List<Part> read(ToolSyntax syntax, String said) {
    var whole = new ToolCallReader(syntax, NAMES);
    var parts = new ArrayList<>(whole.push(said));
    parts.addAll(whole.end());
    var piecemeal = new ToolCallReader(syntax, NAMES);
    var pieces = new ArrayList<Part>();
    said.chars().forEach(c -> pieces.addAll(piecemeal.push(String.valueOf((char) c))));
    pieces.addAll(piecemeal.end());
    assertThat(text(pieces)).isEqualTo(text(parts));
    assertThat(calls(pieces)).extracting(Part.Call::arguments).isEqualTo(arguments(parts));
    assertThat(whole.called()).isEqualTo(!calls(parts).isEmpty());
    return parts;
  }

  private static List<String> arguments(List<Part> parts) {
    return calls(parts).stream().map(Part.Call::arguments).toList();
  }

  private static List<Part.Call> calls(List<Part> parts) {
    return parts.stream().filter(Part.Call.class::isInstance).map(Part.Call.class::cast).toList();
  }

  private static String text(List<Part> parts) {
    var text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Text(var said)) {
        text.append(said);
      }
    }
    return text.toString();
  }
}
