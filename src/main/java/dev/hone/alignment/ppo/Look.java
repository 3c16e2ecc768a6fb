package dev.hone.alignment.ppo;

import dev.hone.alignment.Forward;

/**
 * A rollout as the networks see it before the first update, and the one run forward through the
 * policy that the first update need not make again.
 *
 * @param first micro-batch of the first update
 * @param policy what the policy said of it, held for the way back
 */
record Look(Rollout rollout, MicroBatch first, Forward policy) implements AutoCloseable {
  @Override
  public void close() {
    policy.close();
  }
}
