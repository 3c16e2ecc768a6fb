package dev.hone.inference;

/** Whether answers are drafted ahead from what was said before, and the drafts then verified. */
public enum Speculation {
  /** Where it was measured to pay. */
  AUTO,

  /** Wherever there is a draft, to measure what that costs. */
  ALWAYS,

  OFF
}
