package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.Precision;
import java.nio.file.Path;
import java.util.Locale;

/** What the frozen linear layers compute in while an adapter is trained. */
public enum ComputeType {
  F32(Precision.F32),
  BF16(Precision.BF16);

  private final Precision precision;

  ComputeType(Precision precision) {
    this.precision = precision;
  }

  /** Whichever trains faster on this machine, timed on the shapes of the model in this folder. */
  public static ComputeType fastest(NDManager manager, Path base) {
    return ComputeMeter.fastest(manager, base);
  }

  public Precision precision() {
    return precision;
  }

  /** As written in settings and reports: {@code bf16}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
