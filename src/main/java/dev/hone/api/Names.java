package dev.hone.api;

import dev.hone.chat.PlainText;

/** Names of users, as they come in. */
final class Names {
  private static final int MAX_LENGTH = 128;

  private Names() {}

  /**
   * @throws InvalidRequestException unless it has 1 to 128 characters, none a control character
   */
  static String user(String given) {
    String name = PlainText.storable(given.strip());
    if (name.isEmpty()
        || name.length() > MAX_LENGTH
        || name.codePoints().anyMatch(Character::isISOControl)) {
      throw InvalidRequestException.wrong(
          "user", "must have 1 to " + MAX_LENGTH + " characters and no control characters");
    }
    return name;
  }
}
