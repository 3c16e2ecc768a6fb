package dev.hone.alignment.bench;

import java.util.Locale;

/** What of training is timed. */
public enum TrainingCase {
  /** One optimiser step of an adapter over sequences of which every token is learnt. */
  STEP_LORA("sequences", 4, 4),
  /** The same of all weights. */
  STEP_FULL("sequences", 4, 4),
  /** Supervised fine-tuning on the chosen answers. */
  SFT("answers", 8, 4),
  /** A reward model on pairs. */
  RM("pairs", 8, 2),
  /** Direct preference optimisation, with what the reference says. */
  DPO("pairs", 8, 2),
  /** PPO with four roles: rollouts, their scores, and two updates. */
  PPO("responses", 8, 8);

  private final String unit;
  private final int batch;
  private final int microBatch;

  TrainingCase(String unit, int batch, int microBatch) {
    this.unit = unit;
    this.batch = batch;
    this.microBatch = microBatch;
  }

  /** As it is written in options and reports: {@code step-lora}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What its examples are called. */
  public String unit() {
    return unit;
  }

  /** Examples of an optimiser step. */
  public int batch() {
    return batch;
  }

  /** Examples that go through the network at once, unless told otherwise. */
  public int microBatch() {
    return microBatch;
  }

  /** The label, by which a command line names it. */
  @Override
  public String toString() {
    return label();
  }
}
