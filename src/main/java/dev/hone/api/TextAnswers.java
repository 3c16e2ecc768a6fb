package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import java.util.List;

/**
 * The answers to a text completion as they are written.
 *
 * @param answers those to each prompt next to each other
 * @param openings what each of them begins with: its prompt if that is to be echoed
 * @param perPrompt number of answers to each prompt
 */
record TextAnswers(
    CompletionHead head, List<Answer> answers, List<String> openings, int perPrompt) {
  private record Said(TextCompletion.Choice choice, AnswerEnd end) {}

  String whole() {
    List<Said> said =
        Choices.read(
            answers,
            (index, answer) -> {
              var text = new StringBuilder(openings.get(index));
              var end = answer.read(text::append);
              return new Said(TextCompletion.Choice.ended(index, text.toString(), end), end);
            });
    return Json.write(
        new TextCompletion.WithUsage(
            TextCompletion.of(head, said.stream().map(Said::choice).toList()),
            Usage.of(said.stream().map(Said::end).toList(), perPrompt)));
  }

  /**
   * Past the first byte a failure can only be told as an event, after which nothing follows.
   *
   * @param usage whether the last chunk tells it, and the others say null
   */
  void stream(EventStream events, boolean usage) {
    List<AnswerEnd> ends;
    try {
      ends = Choices.read(answers, (index, answer) -> stream(events, usage, index, answer));
    } catch (RuntimeException e) { // whatever the engine failed with
      answers.forEach(Answer::cancel);
      events.error(e);
      return;
    }
    if (usage) {
      events.json(
          new TextCompletion.WithUsage(
              TextCompletion.of(head, List.of()), Usage.of(ends, perPrompt)));
    }
    events.done();
  }

  private AnswerEnd stream(EventStream events, boolean usage, int index, Answer answer) {
    if (!openings.get(index).isEmpty()) {
      send(events, usage, TextCompletion.Choice.growing(index, openings.get(index)));
    }
    var end =
        answer.read(
            text -> send(events, usage, TextCompletion.Choice.growing(index, text)));
    send(events, usage, TextCompletion.Choice.ended(index, "", end));
    return end;
  }

  private void send(EventStream events, boolean usage, TextCompletion.Choice choice) {
    var chunk = TextCompletion.of(head, List.of(choice));
    events.json(usage ? new TextCompletion.WithUsage(chunk, null) : chunk);
  }
}
