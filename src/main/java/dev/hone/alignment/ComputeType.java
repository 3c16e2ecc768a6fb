package dev.hone.alignment;

import dev.hone.model.Precision;
import java.util.Locale;

/** What the frozen linear layers compute in while an adapter is trained. */
public enum ComputeType {
  F32(Precision.F32),
  BF16(Precision.BF16);

  private final Precision precision;

  ComputeType(Precision precision) {
    this.precision = precision;
  }

  public Precision precision() {
    return precision;
  }

  /** As written in settings and reports: {@code bf16}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
