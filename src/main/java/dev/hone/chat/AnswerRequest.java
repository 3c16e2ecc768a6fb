package dev.hone.chat;

import dev.hone.inference.SamplingParams;
import java.util.Optional;

/**
 * One answer to be drawn.
 *
 * @param store whether the turn is kept; one that is not can't be voted on or trained on
 * @param place empty outside the page's conversations
 * @param chosen whether the conversation goes on with this answer without being told so
 */
public record AnswerRequest(
    Draw draw,
    String owner,
    Prompt prompt,
    SamplingParams sampling,
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

  /** A request outside any conversation. */
  public static AnswerRequest alone(
      Draw draw, String owner, Prompt prompt, SamplingParams sampling, boolean store) {
    return new AnswerRequest(draw, owner, prompt, sampling, store, Optional.empty(), false);
  }

  AnswerRequest with(Prompt sent, SamplingParams drawnWith) {
    return new AnswerRequest(draw, owner, sent, drawnWith, store, place, chosen);
  }
}
