package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import java.util.ArrayList;
import java.util.List;

/** A completion that is sent when it is whole. */
final class WholeCompletion {
  private WholeCompletion() {}

  private record Said(String text, AnswerEnd end) {}

  static String read(CompletionHead head, List<Answer> answers) {
    List<Said> said =
        Choices.read(
            answers,
            (_, answer) -> {
              var text = new StringBuilder();
              var end = answer.read(text::append);
              return new Said(text.toString(), end);
            });
    var choices = new ArrayList<CompletionResponse.Choice>();
    for (Said one : said) {
      choices.add(CompletionResponse.choice(choices.size(), one.text(), one.end()));
    }
    var usage = Usage.of(said.stream().map(Said::end).toList());
    return Json.write(CompletionResponse.of(head, choices, usage));
  }
}
