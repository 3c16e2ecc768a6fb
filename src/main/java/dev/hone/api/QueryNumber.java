package dev.hone.api;

/**
 * A number in a query, read here so that what is none is said and not taken for another address.
 */
final class QueryNumber {
  private QueryNumber() {}

  /**
   * @throws InvalidRequestException naming the parameter
   */
  static int of(String name, String text, int least, int most) {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw InvalidRequestException.wrong(
        name, "must be a number from %d to %d".formatted(least, most));
  }
}
