package dev.hone.loop;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hone.alignment.StepReport;
import java.io.PrintStream;
import java.util.Map;

/** What a worker tells its server: one JSON object a line on standard output. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(WorkerEvent.Settled.class),
  @JsonSubTypes.Type(WorkerEvent.Computing.class),
  @JsonSubTypes.Type(WorkerEvent.Stepped.class),
  @JsonSubTypes.Type(WorkerEvent.Trained.class),
  @JsonSubTypes.Type(WorkerEvent.Measured.class),
  @JsonSubTypes.Type(WorkerEvent.Failed.class)
})
sealed interface WorkerEvent {
  /**
   * Every setting of a stage, those that were left to the data among them.
   *
   * @param stage of several, from 1; null where there is one
   */
  @JsonTypeName("settled")
  record Settled(Integer stage, Map<String, String> settings) implements WorkerEvent {}

  /** The number format of training is chosen. */
  @JsonTypeName("computing")
  record Computing(String compute) implements WorkerEvent {}

  /**
   * A step of training is done.
   *
   * @param stage of several, from 1; null where there is one
   */
  @JsonTypeName("stepped")
  record Stepped(Integer stage, StepReport report) implements WorkerEvent {}

  /** The candidate is complete. */
  @JsonTypeName("trained")
  record Trained() implements WorkerEvent {}

  /**
   * A part is done of what is not training.
   *
   * @param stage of several that it belongs to, from 1; null where there is one, and of the
   *     candidate's evaluation
   */
  @JsonTypeName("measured")
  record Measured(
      Integer stage, String phase, int step, int steps, double perSecond, double secondsLeft)
      implements WorkerEvent {}

  /** The worker ends, in a way that it could explain. */
  @JsonTypeName("failed")
  record Failed(String why) implements WorkerEvent {}

  /** Writes it as a line, at once. */
  default void tell(PrintStream events) {
    try {
      events.println(RoundFolder.JSON.writeValueAsString(this));
      events.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event cannot be written", e);
    }
  }
}
