package dev.hone.alignment;

/** Follows a training, on its own thread. */
public interface TrainingWatch {
  /**
   * After every optimiser step. A resumed training reports again what its checkpoint lacks.
   *
   * @throws TrainingException to end the training, which can go on from its last checkpoint
   */
  void step(StepReport report);

  /**
   * Before every micro-batch; may take its time, which is how a training pauses.
   *
   * @throws CancelledException to end the training, which leaves a checkpoint
   */
  void betweenMicroBatches() throws CancelledException;
}
