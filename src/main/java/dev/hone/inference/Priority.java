package dev.hone.inference;

/** Who goes first: a later class never makes an earlier one wait. */
public enum Priority {
  /** Somebody waits for the answer. */
  INTERACTIVE,
  /** Work that may take its time; makes place for who can't wait, and goes on later. */
  BATCH
}
