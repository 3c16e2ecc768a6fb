package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import dev.hone.inference.TokenEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers to a text completion as they are written.
 *
 * @param answers those to each prompt next to each other
 * @param openings what each of them begins with: its prompt if that is to be echoed
 * @param perPrompt number of answers to each prompt
 * @param logprobs what is told of tokens
 */
record TextAnswers(
    CompletionHead head,
    List<Answer> answers,
    List<String> openings,
    int perPrompt,
    TokenReport logprobs) {
  /** What is told of an answer's tokens; null if nothing is. */
  interface TokenReport {
    /**
     * @param start of the first one in the text
     */
    TextLogprobs of(List<TokenEvent.Token> tokens, int start);
  }

  private record Said(TextCompletion.Choice choice, AnswerEnd end) {}

  String whole() {
    List<Said> said = Choices.read(answers, this::whole);
    return Json.write(
        new TextCompletion.WithUsage(
            TextCompletion.of(head, said.stream().map(Said::choice).toList()),
            Usage.of(said.stream().map(Said::end).toList(), perPrompt)));
  }

  private Said whole(int index, Answer answer) {
    var text = new StringBuilder(openings.get(index));
    var tokens = new ArrayList<TokenEvent.Token>();
    var end =
        answer.readPieces(
            piece -> {
              text.append(piece.text());
              tokens.addAll(piece.tokens());
            });
    var told = logprobs.of(tokens, points(openings.get(index)));
    return new Said(TextCompletion.Choice.ended(index, text.toString(), told, end), end);
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
    String opening = openings.get(index);
    if (!opening.isEmpty()) {
      send(events, usage, TextCompletion.Choice.growing(index, opening, null));
    }
    int[] written = {points(opening)};
    var end =
        answer.readPieces(
            piece -> {
              var told = logprobs.of(piece.tokens(), written[0]);
              written[0] += points(piece.text());
              if (!piece.text().isEmpty() || (told != null && !told.tokens().isEmpty())) {
                send(events, usage, TextCompletion.Choice.growing(index, piece.text(), told));
              }
            });
    send(events, usage, TextCompletion.Choice.ended(index, "", null, end));
    return end;
  }

  private static int points(String text) {
    return text.codePointCount(0, text.length());
  }

  private void send(EventStream events, boolean usage, TextCompletion.Choice choice) {
    var chunk = TextCompletion.of(head, List.of(choice));
    events.json(usage ? new TextCompletion.WithUsage(chunk, null) : chunk);
  }
}
