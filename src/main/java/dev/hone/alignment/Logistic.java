package dev.hone.alignment;

/** The logistic function and its like, without overflow. */
public final class Logistic {
  private Logistic() {}

  public static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  /** -(1 - s) log sigmoid(x) - s log sigmoid(-x): the loss where a share s of labels is wrong. */
  public static double loss(double x, double s) {
    return (1 - s) * softplus(-x) + s * softplus(x);
  }

  /** Derivative of {@link #loss} by x. */
  public static double slope(double x, double s) {
    return s * sigmoid(x) - (1 - s) * sigmoid(-x);
  }

  /** log(1 + exp(x)), which is -log sigmoid(-x). */
  public static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
