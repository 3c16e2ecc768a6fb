package dev.hone.alignment;

/** The logistic function and its like, without overflow. */
public final class Logistic {
  private Logistic() {}

  public static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  /** log(1 + exp(x)), which is -log sigmoid(-x). */
  public static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
