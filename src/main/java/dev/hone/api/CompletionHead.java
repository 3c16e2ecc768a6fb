package dev.hone.api;

import dev.hone.inference.ServedModel;

/**
 * What every part of a completion repeats.
 *
 * @param created seconds since 1970
 * @param model the concrete version
 */
record CompletionHead(String id, long created, String model) {
  static CompletionHead of(String id, long created, ServedModel model) {
    return new CompletionHead(id, created, model.version());
  }

  /** With the same seed and fingerprint the same answer is drawn, but for rounding in a batch. */
  String systemFingerprint() {
    return "fp_" + Integer.toHexString(model.hashCode());
  }
}
