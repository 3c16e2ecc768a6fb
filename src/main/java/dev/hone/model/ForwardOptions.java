package dev.hone.model;

/**
 * How a network that is trained goes forward.
 *
 * @param gradientCheckpointing whether a pass keeps the input of each block only, and computes the
 *     rest once more on its way back (Chen et al. 2016): less memory for another way forward
 * @param dropout the share of an adapter's inputs that training leaves out, as PEFT does: the
 *     others are raised to keep the sum
 */
public record ForwardOptions(boolean gradientCheckpointing, double dropout) {
  public static final ForwardOptions PLAIN = new ForwardOptions(false, 0);

  public ForwardOptions {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be from 0 to below 1, was " + dropout);
    }
  }
}
