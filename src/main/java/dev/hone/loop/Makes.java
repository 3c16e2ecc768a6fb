package dev.hone.loop;

/** What a stage leaves. */
enum Makes {
  /** A policy, which can be the round's candidate. */
  POLICY,
  /** A reward model, kept in the model store. */
  REWARD_MODEL,
  /** Answers for the next stage to learn. */
  DEMONSTRATIONS
}
