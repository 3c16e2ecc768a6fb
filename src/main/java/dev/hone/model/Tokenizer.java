package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.AddedTokens.AddedToken;
import dev.hone.model.AddedTokens.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Text to token ids and back, as a model folder's {@code tokenizer.json} says. Added tokens are
 * found here and not by the native library, so that it is ours to say where control tokens may be
 * recognised. Nothing is put before or behind the text. Immutable, for any thread.
 */
public final class Tokenizer {
  private final AddedTokens added;
  private final PlainBpe opening;
  private final PlainBpe following;
  private final Map<String, Integer> ids;
  private final byte[][] bytes;
  private final BitSet special = new BitSet();
  private final Map<Integer, String> control = new HashMap<>();
  private final TextFrame frame;
  private final boolean stripsFirstSpace;

  private Tokenizer(Path file, ObjectNode json) {
    added = new AddedTokens(file, json);
    TokenBytes spelling = TokenBytes.of(file, json.path("decoder"));
    for (AddedToken token : added.all()) {
      if (token.special()) {
        special.set(token.id());
        control.put(token.id(), token.content());
      }
    }
    Set<String> notText = Set.copyOf(control.values());
    opening = new PlainBpe(file, json, notText, true);
    following =
        PlainBpe.marksBeginnings(json.path("pre_tokenizer"))
            ? new PlainBpe(file, json, notText, false)
            : opening;
    ids = ids(json, added);
    stripsFirstSpace = spelling.stripsFirstSpace();
    frame = TextFrame.of(json.path("post_processor"));
    bytes = new byte[ids.values().stream().mapToInt(id -> id + 1).max().orElse(0)][];
    ids.forEach((token, id) -> bytes[id] = spelling.bytes(token));
    for (AddedToken token : added.all()) {
      bytes[token.id()] =
          token.special() ? new byte[0] : token.content().getBytes(StandardCharsets.UTF_8);
    }
  }

  private static Map<String, Integer> ids(JsonNode json, AddedTokens added) {
    Map<String, Integer> ids = new HashMap<>();
    for (var entry : json.path("model").path("vocab").properties()) {
      ids.put(entry.getKey(), entry.getValue().intValue());
    }
    added.all().forEach(token -> ids.put(token.content(), token.id()));
    return ids;
  }

  /**
   * @throws ModelFormatException if {@code tokenizer.json} is absent, malformed or of a kind that
   *     is not supported
   */
  public static Tokenizer load(Path modelFolder) {
    Path file = modelFolder.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      throw new ModelFormatException(modelFolder, "has no tokenizer.json");
    }
    try {
      JsonNode json = new JsonMapper().readTree(file.toFile());
      if (json instanceof ObjectNode object
          && object.path("model").path("vocab").isObject()
          && object.path("model").path("merges").isArray()) {
        return new Tokenizer(file, object);
      }
      throw new ModelFormatException(
          file,
          "tokenizer model "
              + json.path("model").path("type").asText("of no type")
              + " has no vocabulary with merges; supported: BPE");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Control tokens spelled in the text are recognised. */
  public int[] encode(String text) {
    return encode(text, new BitSet());
  }

  /**
   * A text that stands alone, between the control tokens that this tokenizer puts around one;
   * others spelled in it are recognised.
   */
  public int[] encodeAlone(String text) {
    return frame.around(encode(text));
  }

  /** Control tokens spelled in the text stay text. */
  public int[] encodePlain(String text) {
    BitSet all = new BitSet(text.length());
    all.set(0, text.length());
    return encode(text, all);
  }

  /**
   * @param plain characters that cannot be part of a control token; they do not otherwise change
   *     how the text around them is encoded
   */
  int[] encode(String text, BitSet plain) {
    String valid = withoutLoneSurrogates(text);
    IntStream.Builder result = IntStream.builder();
    for (Piece piece : added.split(valid, plain)) {
      if (piece.token() != null) {
        result.add(piece.token().id());
        continue;
      }
      PlainBpe bpe = piece.start() == 0 ? opening : following;
      for (long id : bpe.encode(valid.substring(piece.start(), piece.end()))) {
        result.add((int) id);
      }
    }
    return result.build().toArray();
  }

  /** Half a surrogate pair is no character; UTF-8 cannot hold it. Indices stay as they are. */
  private static String withoutLoneSurrogates(String text) {
    StringBuilder valid = null;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
        i++;
        continue;
      }
      valid = valid == null ? new StringBuilder(text) : valid;
      valid.setCharAt(i, '\uFFFD');
    }
    return valid == null ? text : valid.toString();
  }

  /** The text of the tokens, control tokens left out; bytes that are not UTF-8 are replaced. */
  public String decode(int[] tokens) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id : tokens) {
      all.writeBytes(bytes(id));
    }
    return stream().decode(all.toByteArray(), true);
  }

  /** The text of the tokens, control tokens spelled out; bytes that are not UTF-8 are replaced. */
  public String spell(int[] tokens) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id : tokens) {
      all.writeBytes(spelling(id));
    }
    return stream().decode(all.toByteArray(), true);
  }

  /** The bytes of one token, of a control token its name. */
  public byte[] spelling(int id) {
    String name = control.get(id);
    return name == null ? bytes(id).clone() : name.getBytes(StandardCharsets.UTF_8);
  }

  /** Decodes tokens one by one. */
  public TokenStream stream() {
    return new TokenStream(this);
  }

  /** The id of a token by its exact entry in the vocabulary. */
  public OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  public boolean isSpecial(int id) {
    return special.get(id);
  }

  /** One more than the highest id. A model may have more rows than that, never fewer. */
  public int vocabularySize() {
    return bytes.length;
  }

  /** What each token adds to the text, [vocabulary]. */
  public List<byte[]> spellings() {
    return IntStream.range(0, bytes.length).mapToObj(this::bytes).toList();
  }

  /** What the token adds to the text; nothing for control tokens and ids without an entry. */
  byte[] bytes(int id) {
    byte[] known = id < bytes.length ? bytes[id] : null;
    return known == null ? new byte[0] : known;
  }

  boolean stripsFirstSpace() {
    return stripsFirstSpace;
  }
}
