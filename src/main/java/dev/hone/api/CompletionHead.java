package dev.hone.api;

import dev.hone.inference.ServedModel;
import java.util.Optional;

/**
 * What every part of a completion repeats.
 *
 * @param created seconds since 1970
 * @param model the concrete version
 * @param tier told only where the request names one
 */
record CompletionHead(String id, long created, String model, Optional<ServiceTier> tier) {
  static CompletionHead of(String id, long created, ServedModel model) {
    return new CompletionHead(id, created, model.version(), Optional.empty());
  }

  CompletionHead with(Optional<ServiceTier> other) {
    return new CompletionHead(id, created, model, other);
  }

  /** Null where it is not told. */
  String serviceTier() {
    return tier.map(ServiceTier::label).orElse(null);
  }

  /** With the same seed and fingerprint the same answer is drawn, but for rounding in a batch. */
  String systemFingerprint() {
    return "fp_" + Integer.toHexString(model.hashCode());
  }
}
