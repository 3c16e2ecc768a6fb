package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import dev.hone.inference.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A completion that is sent when it is whole. */
final class WholeCompletion {
  private WholeCompletion() {}

  private record Said(String text, Logprobs logprobs, AnswerEnd end) {}

  /**
   * @param logprobs what is told of tokens; null if nothing is
   */
  static String read(
      CompletionHead head,
      List<Answer> answers,
      Function<List<TokenEvent.Token>, Logprobs> logprobs) {
    List<Said> said =
        Choices.read(
            answers,
            (_, answer) -> {
              var text = new StringBuilder();
              var tokens = new ArrayList<TokenEvent.Token>();
              var end =
                  answer.readPieces(
                      piece -> {
                        text.append(piece.text());
                        tokens.addAll(piece.tokens());
                      });
              return new Said(text.toString(), logprobs.apply(tokens), end);
            });
    var choices = new ArrayList<CompletionResponse.Choice>();
    for (Said one : said) {
      choices.add(CompletionResponse.choice(choices.size(), one.text(), one.logprobs(), one.end()));
    }
    var usage = Usage.of(said.stream().map(Said::end).toList());
    return Json.write(CompletionResponse.of(head, choices, usage));
  }
}
