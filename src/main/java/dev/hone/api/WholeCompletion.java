package dev.hone.api;

import dev.hone.chat.AnswerEnd;
import dev.hone.chat.ReadableAnswer;
import dev.hone.inference.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** A completion that is sent when it is whole. */
final class WholeCompletion {
  private WholeCompletion() {}

  private record Said(String text, List<ToolCalls.Call> calls, Logprobs logprobs, AnswerEnd end) {}

  /**
   * @param readers one for each answer
   * @param logprobs what is told of tokens; null if nothing is
   */
  static String read(
      CompletionHead head,
      List<? extends ReadableAnswer> answers,
      Supplier<ToolCallReader> readers,
      Function<List<TokenEvent.Token>, Logprobs> logprobs) {
    List<Said> said = Choices.read(answers, (_, answer) -> said(answer, readers.get(), logprobs));
    var choices = new ArrayList<CompletionResponse.Choice>();
    for (Said one : said) {
      choices.add(
          CompletionResponse.choice(
              choices.size(), one.text(), one.calls(), one.logprobs(), one.end()));
    }
    var usage = Usage.of(said.stream().map(Said::end).toList());
    return Json.write(CompletionResponse.of(head, choices, usage));
  }

  private static Said said(
      ReadableAnswer answer,
      ToolCallReader reader,
      Function<List<TokenEvent.Token>, Logprobs> logprobs) {
    var parts = new ArrayList<ToolCallReader.Part>();
    var tokens = new ArrayList<TokenEvent.Token>();
    var end =
        answer.readPieces(
            piece -> {
              parts.addAll(reader.push(piece.text()));
              tokens.addAll(piece.tokens());
            });
    parts.addAll(reader.end());
    var text = new StringBuilder();
    var calls = new ArrayList<ToolCalls.Call>();
    for (var part : parts) {
      switch (part) {
        case ToolCallReader.Part.Text(var said) -> text.append(said);
        case ToolCallReader.Part.Call call -> calls.add(ToolCalls.whole(call));
      }
    }
    return new Said(text.toString(), calls, logprobs.apply(tokens), end);
  }
}
