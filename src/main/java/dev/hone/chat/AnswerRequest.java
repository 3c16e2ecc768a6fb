package dev.hone.chat;

import dev.hone.inference.Priority;
import dev.hone.inference.SamplingParams;
import java.util.Optional;

/**
 * One answer to be drawn.
 *
 * @param priority who goes first
 * @param store whether the turn is kept; one that is not can't be voted on or trained on
 * @param place empty outside the page's conversations
 * @param chosen whether the conversation goes on with this answer without being told so
 */
public record AnswerRequest(
    Draw draw,
    String owner,
    Prompt prompt,
    SamplingParams sampling,
    Priority priority,
    boolean store,
    Optional<Place> place,
    boolean chosen) {
  /**
   * Which of the answers drawn together.
   *
   * @param completion id shared by them
   * @param choice from 0
   */
  public record Draw(String completion, int choice) {
    String turn() {
      return completion + "-" + choice;
    }
  }

  /** A request outside any conversation, that somebody waits for. */
  public static AnswerRequest alone(
      Draw draw, String owner, Prompt prompt, SamplingParams sampling, boolean store) {
    return new AnswerRequest(
        draw, owner, prompt, sampling, Priority.INTERACTIVE, store, Optional.empty(), false);
  }

  public AnswerRequest with(Priority other) {
    return new AnswerRequest(draw, owner, prompt, sampling, other, store, place, chosen);
  }

  AnswerRequest storedAs(int choice) {
    var other = new Draw(draw.completion(), choice);
    return new AnswerRequest(other, owner, prompt, sampling, priority, true, place, chosen);
  }

  AnswerRequest with(Prompt sent, SamplingParams drawnWith) {
    return new AnswerRequest(draw, owner, sent, drawnWith, priority, store, place, chosen);
  }
}
