package dev.hone.alignment.dpo;

/** The members of the DPO family, by TRL's names (docs/algorithms/dpo.md has the equations). */
public enum Loss {
  /** Rafailov et al. 2023, equation 7; with label smoothing conservative DPO (Mitchell 2023). */
  SIGMOID(true, false),
  /**
   * The same over mean log-probabilities, so that length counts for nothing (Lambert et al. 2024).
   */
  SIGMOID_NORM(true, true),
  /** Zhao et al. 2023 (SLiC-HF). */
  HINGE(true, false),
  /** Azar et al. 2023, over mean log-probabilities. */
  IPO(true, true),
  /** Ray Chowdhury et al. 2024: unbiased where a known share of labels is wrong. */
  ROBUST(true, false),
  /** Meng et al. 2024: mean log-probabilities, a target margin, and no reference. */
  SIMPO(false, true),
  /** Hong et al. 2024: odds beside the chosen answer's own loss, and no reference. */
  ORPO(false, true);

  private final boolean reference;
  private final boolean mean;

  Loss(boolean reference, boolean mean) {
    this.reference = reference;
    this.mean = mean;
  }

  boolean hasReference() {
    return reference;
  }

  /** Whether a share of the labels can be taken to be wrong. */
  boolean smooths() {
    return switch (this) {
      case SIGMOID, SIGMOID_NORM, ROBUST, SIMPO -> true;
      case HINGE, IPO, ORPO -> false;
    };
  }

  /**
   * Means are some hundred times smaller than sums; of IPO and ORPO it is another kind of weight.
   */
  double usualBeta() {
    return switch (this) {
      case SIGMOID_NORM, SIMPO -> 2;
      case SIGMOID, HINGE, ROBUST, IPO, ORPO -> 0.1;
    };
  }

  /** Whether an answer's score is the mean over its tokens, and not the sum. */
  boolean isMean() {
    return mean;
  }
}
