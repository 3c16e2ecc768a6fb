package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How a vocabulary's entries spell bytes. Either every character stands for a byte (GPT-2's
 * byte-level alphabet), or entries are text with {@code ▁} for a space and {@code <0xAB>} for a
 * byte that no entry covers (SentencePiece).
 *
 * @param byteLevel the first of the two
 * @param byteFallback whether {@code <0xAB>} stands for a byte
 * @param stripsFirstSpace whether a space that opens the text was put there by encoding
 */
record TokenBytes(boolean byteLevel, boolean byteFallback, boolean stripsFirstSpace) {
  private static final char SPACE_MARK = '\u2581';

  /**
   * @param file named in errors
   * @param decoder the {@code decoder} of {@code tokenizer.json}
   */
  static TokenBytes of(Object file, JsonNode decoder) {
    List<JsonNode> steps = new ArrayList<>();
    if (decoder.path("type").asText().equals("Sequence")) {
      decoder.path("decoders").forEach(steps::add);
    } else {
      steps.add(decoder);
    }
    boolean byteLevel = false;
    boolean byteFallback = false;
    boolean strips = false;
    for (JsonNode step : steps) {
      switch (step.path("type").asText()) {
        case "ByteLevel" -> byteLevel = true;
        case "ByteFallback" -> byteFallback = true;
        case "Metaspace" ->
            strips =
                !step.path("prepend_scheme").asText("always").equals("never")
                    && step.path("add_prefix_space").asBoolean(true);
        case "Strip" -> strips = step.path("start").asInt() > 0;
        case "Replace", "Fuse" -> {
          // A Replace turns the space mark into a space, which bytes() does for all of them.
        }
        default ->
            throw new ModelFormatException(
                file,
                "decoder "
                    + step.path("type").asText("of no type")
                    + " is not supported; supported: ByteLevel, Metaspace, Replace, ByteFallback,"
                    + " Fuse, Strip");
      }
    }
    return new TokenBytes(byteLevel, byteFallback, strips);
  }

  byte[] bytes(String token) {
    if (byteLevel) {
      return byteLevelBytes(token);
    }
    if (byteFallback && token.matches("<0x[0-9A-F]{2}>")) {
      return new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)};
    }
    return token.replace(SPACE_MARK, ' ').getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] byteLevelBytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int value = byteOf(token.charAt(i));
      if (value < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  /**
   * The byte behind a character of the byte-level alphabet: printable Latin-1 stands for itself,
   * the other 68 bytes follow in order from U+0100. Minus one if the character is not in it.
   */
  private static int byteOf(char character) {
    if (isItself(character)) {
      return character;
    }
    int index = character - 256;
    if (index < 0 || index >= 68) {
      return -1;
    }
    if (index < 33) {
      return index; // 0x00 to 0x20
    }
    return index < 67 ? 0x7F + index - 33 : 0xAD; // 0x7F to 0xA0, then the soft hyphen
  }

  private static boolean isItself(char character) {
    boolean ascii = character >= '!' && character <= '~';
    return ascii || (character >= 0xA1 && character <= 0xFF && character != 0xAD);
  }
}
