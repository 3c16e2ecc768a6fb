package dev.hone.model;

import java.util.List;

/**
 * One message of a chat as a chat template sees it.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content plain text; control tokens spelled out in it stay text (see {@link ChatFormat})
 */
public record Message(String role, String content) {
  public static final List<String> ROLES = List.of("system", "user", "assistant");
}
