package dev.hone.inference;

/** A request that the engine has taken on. */
public interface Generation {
  /**
   * Ends the answer at the engine's next step: the listener gets {@code Finished(CANCELLED)}. From
   * any thread; without effect once the answer has ended.
   */
  void cancel();
}
