package dev.hone.inference.constraint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every byte, the end of the turn, a control token, and tokens of several bytes across tokens. */
final class SmallVocabulary {
  static final int END = 256;
  static final List<byte[]> TOKENS = tokens();
  static final int SIZE = TOKENS.size();

  private SmallVocabulary() {}

  static Vocabulary create() {
    return new Vocabulary(TOKENS, new int[] {END});
  }

  private static List<byte[]> tokens() {
    List<byte[]> tokens = new ArrayList<>();
    IntStream.range(0, 256).forEach(b -> tokens.add(new byte[] {(byte) b}));
    tokens.add(new byte[0]);
    tokens.add(new byte[0]);
    Stream.of(
            "{\"",
            "\":",
            "\": ",
            "\": \"",
            "\", \"",
            "\",",
            "\"}",
            "\"]",
            "}]",
            "]}",
            "}}",
            ", ",
            "true",
            "tr",
            "null",
            "false",
            "name",
            "\"name",
            " the",
            "hello",
            "12",
            "123",
            "00",
            "\\\"",
            "\\n",
            "é",
            "日本",
            "2024",
            "-0",
            "abc",
            "foo",
            "[\"",
            "[[",
            "{}",
            "[]",
            "\"\"",
            "\": [",
            "\"a\":",
            " \n",
            "\n\n",
            "    ",
            "foo\", \"",
            "\"abc\"}",
            "x\\")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .forEach(tokens::add);
    tokens.add(new byte[] {(byte) 0xE6, (byte) 0x97});
    tokens.add(new byte[] {(byte) 0xA5, '"'});
    return tokens;
  }
}
