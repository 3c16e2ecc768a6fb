package dev.hone.model.jinja;

import java.util.BitSet;

/**
 * A string that knows which of its characters came from outside the template. What is done to it
 * keeps that knowledge; comparing ignores it. Indices are UTF-16 units.
 */
public final class Text {
  private static final BitSet NONE = new BitSet(); // shared, never changed
  static final Text EMPTY = new Text("", NONE);

  private final String value;
  private final BitSet foreign;

  private Text(String value, BitSet foreign) {
    this.value = value;
    this.foreign = foreign;
  }

  /** Text of the template's own. */
  public static Text own(String value) {
    return new Text(value, NONE);
  }

  /** Text from outside. */
  public static Text foreign(String value) {
    BitSet all = new BitSet(value.length());
    all.set(0, value.length());
    return new Text(value, all);
  }

  public String value() {
    return value;
  }

  /** The characters that came from outside; a copy. */
  public BitSet foreignCharacters() {
    return (BitSet) foreign.clone();
  }

  int length() {
    return value.length();
  }

  boolean isEmpty() {
    return value.isEmpty();
  }

  Text slice(int from, int to) {
    return from == 0 && to == value.length()
        ? this
        : new Text(value.substring(from, to), foreign.isEmpty() ? NONE : foreign.get(from, to));
  }

  /** Other characters for these: foreign if any of these was. */
  Text as(String other) {
    if (other.equals(value)) {
      return this;
    }
    return foreign.isEmpty() ? own(other) : foreign(other);
  }

  Text plus(Text other) {
    return new Builder().append(this).append(other).build();
  }

  Text stripped(String characters, boolean left, boolean right) {
    int from = 0;
    int to = value.length();
    while (left && from < to && isStripped(value.charAt(from), characters)) {
      from++;
    }
    while (right && to > from && isStripped(value.charAt(to - 1), characters)) {
      to--;
    }
    return slice(from, to);
  }

  private static boolean isStripped(char character, String characters) {
    return characters == null ? isSpace(character) : characters.indexOf(character) >= 0;
  }

  /** White space as Python has it. */
  static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == 0x85;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }

  /** Joins texts. */
  static final class Builder {
    private final StringBuilder value = new StringBuilder();
    private final BitSet foreign = new BitSet();

    Builder append(Text text) {
      int offset = value.length();
      value.append(text.value);
      for (int from = text.foreign.nextSetBit(0); from >= 0; ) {
        int to = text.foreign.nextClearBit(from);
        foreign.set(offset + from, offset + to);
        from = text.foreign.nextSetBit(to);
      }
      return this;
    }

    int length() {
      return value.length();
    }

    Text build() {
      return new Text(value.toString(), foreign);
    }
  }
}
