package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A completion that is sent when it is whole. */
final class WholeCompletion {
  private WholeCompletion() {}

  private record Said(String text, List<ToolCalls.Call> calls, AnswerEnd end) {}

  /**
   * @param readers one for each answer
   */
  static String read(CompletionHead head, List<Answer> answers, Supplier<ToolCallReader> readers) {
    List<Said> said = Choices.read(answers, (_, answer) -> said(answer, readers.get()));
    var choices = new ArrayList<CompletionResponse.Choice>();
    for (Said one : said) {
      choices.add(CompletionResponse.choice(choices.size(), one.text(), one.calls(), one.end()));
    }
    var usage = CompletionResponse.Usage.of(said.stream().map(Said::end).toList());
    return Json.write(CompletionResponse.of(head, choices, usage));
  }

  private static Said said(Answer answer, ToolCallReader reader) {
    var parts = new ArrayList<ToolCallReader.Part>();
    var end = answer.read(text -> parts.addAll(reader.push(text)));
    parts.addAll(reader.end());
    var text = new StringBuilder();
    var calls = new ArrayList<ToolCalls.Call>();
    for (var part : parts) {
      switch (part) {
        case ToolCallReader.Part.Text(var said) -> text.append(said);
        case ToolCallReader.Part.Call call -> calls.add(ToolCalls.whole(call));
      }
    }
    return new Said(text.toString(), calls, end);
  }
}
