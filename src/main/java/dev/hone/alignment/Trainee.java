package dev.hone.alignment;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/** Something that is trained step by step, by whatever algorithm. For one thread. */
public interface Trainee extends AutoCloseable {
  /** SHA-256 of everything that decides the outcome. */
  String job();

  int steps();

  /** Examples that all steps before this one visit. */
  int visitedBefore(int step);

  /** All that a checkpoint has to hold, besides the step's state. */
  Masters masters();

  /**
   * Does the step behind those that are finished.
   *
   * @throws CancelledException as the watch threw it
   */
  Stepped step(Progress before, TrainingWatch watch) throws CancelledException;

  /** Writes what came of it; the folder exists. */
  void save(Path folder);

  @Override
  void close();

  /**
   * What a step did.
   *
   * @param figures over its batch, before the update
   * @param gradientNorm before clipping
   * @param examples that it visited, by what a rate is told: answers, where it samples several to
   *     each
   * @param seconds of work, pauses left out
   * @param state that the next step is to be given; null for none
   */
  record Stepped(
      Figures figures,
      double learningRate,
      double gradientNorm,
      int examples,
      double seconds,
      JsonNode state) {}
}
