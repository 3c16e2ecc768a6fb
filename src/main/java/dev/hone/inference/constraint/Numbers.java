package dev.hone.inference.constraint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * Numbers as JSON writes them, of so many digits that a double tells them apart, and without end in
 * sight for none.
 */
final class Numbers {
  /** Digits before the point, and behind it: a double is exact up to 15. */
  private static final int MOST_DIGITS = 15;

  /** Digits behind the point of a number with bounds. */
  private static final int MOST_DECIMALS = 6;

  private static final Automaton DIGIT = Automata.makeCharRange('0', '9');
  private static final Automaton NOTHING = Automata.makeEmptyString();

  /** Without a sign and without zeros before it. */
  private static final Automaton NATURAL =
      Operations.union(
          List.of(
              Automata.makeChar('0'),
              Chain.of(
                  Automata.makeCharRange('1', '9'), Operations.repeat(DIGIT, 0, MOST_DIGITS - 1))));

  static final Terminal INTEGER = Terminal.of(signed(NATURAL, naturalFrom(BigInteger.ONE)));

  static final Terminal NUMBER =
      Terminal.of(
          Chain.of(
              Operations.optional(Automata.makeChar('-')),
              NATURAL,
              Operations.optional(
                  Chain.of(Automata.makeChar('.'), Operations.repeat(DIGIT, 1, MOST_DIGITS))),
              Operations.optional(
                  Chain.of(
                      Automata.makeCharSet(new int[] {'e', 'E'}),
                      Operations.optional(Automata.makeCharSet(new int[] {'+', '-'})),
                      Operations.repeat(DIGIT, 1, 2)))));

  /**
   * A side of a range.
   *
   * @param included whether the value itself is in the range
   */
  record Bound(BigDecimal value, boolean included) {
    private Bound mirrored() {
      return new Bound(value.negate(), included);
    }
  }

  private static final Bound ZERO = new Bound(BigDecimal.ZERO, true);
  private static final Bound ABOVE_ZERO = new Bound(BigDecimal.ZERO, false);
  private static final Bound FARTHEST = new Bound(BigDecimal.TEN.pow(MOST_DIGITS), false);

  private Numbers() {}

  /** Whole numbers of a range; a null bound is none. */
  static Automaton integers(Bound least, Bound most) {
    return signed(
        wholeBetween(later(least, ZERO), most),
        least != null && least.value().signum() >= 0
            ? Automata.makeEmpty()
            : wholeBetween(
                later(most == null ? null : most.mirrored(), ABOVE_ZERO),
                least == null ? null : least.mirrored()));
  }

  /** Numbers of a range with a few decimals and without an exponent; a null bound is none. */
  static Automaton decimals(Bound least, Bound most) {
    return signed(
        between(later(least, ZERO), most),
        least != null && least.value().signum() >= 0
            ? Automata.makeEmpty()
            : between(
                later(most == null ? null : most.mirrored(), ABOVE_ZERO),
                least == null ? null : least.mirrored()));
  }

  private static Automaton signed(Automaton positive, Automaton negated) {
    return Operations.union(List.of(positive, Chain.of(Automata.makeChar('-'), negated)));
  }

  private static Bound later(Bound one, Bound other) {
    if (one == null) {
      return other;
    }
    int order = one.value().compareTo(other.value());
    if (order == 0) {
      return one.included() ? other : one;
    }
    return order > 0 ? one : other;
  }

  private static Automaton wholeBetween(Bound least, Bound most) {
    BigInteger from = least.value().setScale(0, RoundingMode.CEILING).toBigIntegerExact();
    if (!least.included() && least.value().compareTo(new BigDecimal(from)) == 0) {
      from = from.add(BigInteger.ONE);
    }
    Bound end = most == null ? FARTHEST : most;
    BigInteger to = end.value().setScale(0, RoundingMode.FLOOR).toBigIntegerExact();
    if (!end.included() && end.value().compareTo(new BigDecimal(to)) == 0) {
      to = to.subtract(BigInteger.ONE);
    }
    return to.compareTo(from) < 0
        ? Automata.makeEmpty()
        : Operations.intersection(naturalFrom(from), naturalTo(to));
  }

  /** A number is at least a bound if its whole part is above, or the same and the decimals are. */
  private static Automaton between(Bound least, Bound most) {
    Bound end = most == null ? FARTHEST : most;
    if (end.value().signum() < 0) {
      return Automata.makeEmpty();
    }
    var lowest = parts(least.value());
    var highest = parts(end.value());
    var above =
        Operations.union(
            List.of(
                Chain.of(naturalFrom(lowest.whole().add(BigInteger.ONE)), anyDecimals()),
                Chain.of(
                    Automata.makeString(lowest.whole().toString()),
                    decimalsFrom(lowest.decimals(), least.included()))));
    var below =
        Operations.union(
            List.of(
                Chain.of(naturalTo(highest.whole().subtract(BigInteger.ONE)), anyDecimals()),
                Chain.of(
                    Automata.makeString(highest.whole().toString()),
                    decimalsTo(highest.decimals(), end.included()))));
    return Operations.intersection(
        Operations.intersection(above, below), Chain.of(NATURAL, fewDecimals()));
  }

  private record Parts(BigInteger whole, String decimals) {}

  private static Parts parts(BigDecimal value) {
    var whole = value.toBigInteger();
    var rest = value.subtract(new BigDecimal(whole)).stripTrailingZeros();
    return new Parts(whole, rest.signum() == 0 ? "" : rest.toPlainString().substring(2));
  }

  private static Automaton anyDecimals() {
    return Operations.optional(point(Operations.repeat(DIGIT, 1)));
  }

  private static Automaton fewDecimals() {
    return Operations.optional(point(Operations.repeat(DIGIT, 1, MOST_DECIMALS)));
  }

  private static Automaton point(Automaton digits) {
    return Chain.of(Automata.makeChar('.'), digits);
  }

  /** Decimals, with their point, of at least 0.{@code bound}. */
  private static Automaton decimalsFrom(String bound, boolean included) {
    List<Automaton> options = new ArrayList<>();
    if (bound.isEmpty() && included) {
      return anyDecimals();
    }
    for (int i = 0; i < bound.length(); i++) {
      if (bound.charAt(i) < '9') {
        options.add(differing(bound, i, bound.charAt(i) + 1, '9', Operations.repeat(DIGIT)));
      }
    }
    var more =
        Chain.of(
            Operations.repeat(Automata.makeChar('0')),
            Automata.makeCharRange('1', '9'),
            Operations.repeat(DIGIT));
    var rest = included ? Operations.repeat(DIGIT) : more;
    options.add(point(Chain.of(Automata.makeString(bound), rest)));
    return Operations.union(options);
  }

  /** Decimals, with their point, of at most 0.{@code bound}, whose last digit is none of 0. */
  private static Automaton decimalsTo(String bound, boolean included) {
    List<Automaton> options = new ArrayList<>();
    if (!bound.isEmpty() || included) {
      options.add(NOTHING);
    }
    for (int i = 0; i < bound.length(); i++) {
      if (bound.charAt(i) > '0') {
        options.add(differing(bound, i, '0', bound.charAt(i) - 1, Operations.repeat(DIGIT)));
      }
      if (i > 0) {
        options.add(point(Automata.makeString(bound.substring(0, i))));
      }
    }
    if (included) {
      int least = bound.isEmpty() ? 1 : 0;
      var zeros = Operations.repeat(Automata.makeChar('0'), least);
      options.add(point(Chain.of(Automata.makeString(bound), zeros)));
    }
    return options.isEmpty() ? Automata.makeEmpty() : Operations.union(options);
  }

  private static Automaton differing(String bound, int at, int from, int to, Automaton rest) {
    return point(
        Chain.of(
            Automata.makeString(bound.substring(0, at)), Automata.makeCharRange(from, to), rest));
  }

  private static Automaton naturalFrom(BigInteger least) {
    String bound = least.toString();
    if (least.signum() <= 0) {
      return NATURAL;
    }
    List<Automaton> options = new ArrayList<>();
    if (bound.length() < MOST_DIGITS) {
      options.add(
          Chain.of(
              Automata.makeCharRange('1', '9'),
              Operations.repeat(DIGIT, bound.length(), MOST_DIGITS - 1)));
    }
    for (int i = 0; i < bound.length(); i++) {
      if (bound.charAt(i) < '9') {
        options.add(sameLength(bound, i, bound.charAt(i) + 1, '9'));
      }
    }
    options.add(Automata.makeString(bound));
    return Operations.intersection(Operations.union(options), NATURAL);
  }

  private static Automaton naturalTo(BigInteger most) {
    if (most.signum() < 0) {
      return Automata.makeEmpty();
    }
    String bound = most.toString();
    if (bound.length() > MOST_DIGITS) {
      return NATURAL;
    }
    List<Automaton> options = new ArrayList<>();
    if (bound.length() > 1) {
      options.add(Operations.repeat(DIGIT, 1, bound.length() - 1));
    }
    for (int i = 0; i < bound.length(); i++) {
      if (bound.charAt(i) > '0') {
        options.add(sameLength(bound, i, '0', bound.charAt(i) - 1));
      }
    }
    options.add(Automata.makeString(bound));
    return Operations.intersection(Operations.union(options), NATURAL);
  }

  private static Automaton sameLength(String bound, int at, int from, int to) {
    int rest = bound.length() - at - 1;
    return Chain.of(
        Automata.makeString(bound.substring(0, at)),
        Automata.makeCharRange(from, to),
        Operations.repeat(DIGIT, rest, rest));
  }
}
