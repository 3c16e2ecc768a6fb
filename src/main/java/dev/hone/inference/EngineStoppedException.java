package dev.hone.inference;

/** The engine is draining or gone and takes nothing on any more. */
public final class EngineStoppedException extends RuntimeException {
  public EngineStoppedException() {
    super("the engine has stopped");
  }
}
