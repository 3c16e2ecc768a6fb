package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of {@code tokenizer.json} that are found in text before any merging: leftmost first,
 * the longest at each place.
 */
final class AddedTokens {
  /**
   * @param special a control token: part of the protocol, not of the text
   * @param singleWord recognised only where no word character touches it
   * @param lstrip takes the white space before it along, {@code rstrip} that behind it
   * @param normalized looked for only where no other added token was found
   */
  record AddedToken(
      int id,
      String content,
      boolean special,
      boolean singleWord,
      boolean lstrip,
      boolean rstrip,
      boolean normalized) {}

  /** A stretch of text: an added token's if {@code token} is not null, plain otherwise. */
  record Piece(int start, int end, AddedToken token) {}

  private final Map<Character, List<AddedToken>> first = new HashMap<>();
  private final Map<Character, List<AddedToken>> second = new HashMap<>();
  private final List<AddedToken> all = new ArrayList<>();

  /**
   * @param file named in errors
   * @param json a whole {@code tokenizer.json}
   */
  AddedTokens(Object file, JsonNode json) {
    for (JsonNode node : json.path("added_tokens")) {
      AddedToken token =
          new AddedToken(
              node.path("id").asInt(-1),
              node.path("content").asText(),
              node.path("special").asBoolean(),
              node.path("single_word").asBoolean(),
              node.path("lstrip").asBoolean(),
              node.path("rstrip").asBoolean(),
              node.path("normalized").asBoolean());
      if (token.id() < 0 || token.content().isEmpty()) {
        throw new ModelFormatException(file, "added token " + node + " lacks an id or content");
      }
      if (token.normalized() && !json.path("normalizer").isNull()) {
        throw new ModelFormatException(
            file,
            "added token '"
                + token.content()
                + "' is normalized, which is not supported together with the normalizer "
                + json.path("normalizer").path("type").asText());
      }
      all.add(token);
      (token.normalized() ? second : first)
          .computeIfAbsent(token.content().charAt(0), _ -> new ArrayList<>())
          .add(token);
    }
    var longestFirst = Comparator.comparingInt((AddedToken t) -> t.content().length()).reversed();
    first.values().forEach(tokens -> tokens.sort(longestFirst));
    second.values().forEach(tokens -> tokens.sort(longestFirst));
  }

  List<AddedToken> all() {
    return all;
  }

  /**
   * Cuts the text at its added tokens.
   *
   * @param plain characters that cannot be part of a control token
   */
  List<Piece> split(String text, BitSet plain) {
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece : split(first, text, 0, text.length(), plain)) {
      if (piece.token() != null || second.isEmpty()) {
        pieces.add(piece);
      } else {
        pieces.addAll(split(second, text, piece.start(), piece.end(), plain));
      }
    }
    return pieces;
  }

  private static List<Piece> split(
      Map<Character, List<AddedToken>> tokens, String text, int from, int to, BitSet plain) {
    List<Piece> pieces = new ArrayList<>();
    int done = from;
    int at = from;
    while (at < to) {
      AddedToken token = match(tokens, text, from, at, to, plain);
      if (token == null) {
        at++;
        continue;
      }
      int start = at;
      int end = at + token.content().length();
      while (token.lstrip() && start > done && isSpace(text.charAt(start - 1))) {
        start--;
      }
      while (token.rstrip() && end < to && isSpace(text.charAt(end))) {
        end++;
      }
      if (start > done) {
        pieces.add(new Piece(done, start, null));
      }
      pieces.add(new Piece(start, end, token));
      done = end;
      at = end;
    }
    if (done < to) {
      pieces.add(new Piece(done, to, null));
    }
    return pieces;
  }

  private static AddedToken match(
      Map<Character, List<AddedToken>> tokens,
      String text,
      int from,
      int at,
      int to,
      BitSet plain) {
    for (AddedToken token : tokens.getOrDefault(text.charAt(at), List.of())) {
      int end = at + token.content().length();
      if (end <= to
          && text.startsWith(token.content(), at)
          && (!token.special() || isFree(plain, at, end))
          && (!token.singleWord() || standsAlone(text, from, at, end, to))) {
        return token;
      }
    }
    return null;
  }

  private static boolean isFree(BitSet plain, int start, int end) {
    int marked = plain.nextSetBit(start);
    return marked < 0 || marked >= end;
  }

  private static boolean standsAlone(String text, int from, int start, int end, int to) {
    return (start == from || !isWord(text.codePointBefore(start)))
        && (end == to || !isWord(text.codePointAt(end)));
  }

  private static boolean isWord(int character) {
    return Character.isLetterOrDigit(character)
        || Character.getType(character) == Character.NON_SPACING_MARK
        || Character.getType(character) == Character.CONNECTOR_PUNCTUATION;
  }

  private static boolean isSpace(char character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }
}
