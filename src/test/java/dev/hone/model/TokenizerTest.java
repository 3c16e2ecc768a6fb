package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.RealModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  private static final Tokenizer REAL = Tokenizer.load(RealModel.folder());
  private static final int IM_START = 1;
  private static final int IM_END = 2;

  @TempDir Path folder;

  @Test
  void decodesWhatItEncoded() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      String text = randomText(random);
      assertThat(REAL.decode(REAL.encodePlain(text))).isEqualTo(text);
    }
  }

  @Test
  void streamsWhatItDecodesAsAWhole() {
    Random random = new Random(8);
    for (int round = 0; round < 500; round++) {
      // Tokens drawn at random also end and begin in the midst of characters.
      int[] ids =
          round % 2 == 0
              ? REAL.encodePlain(randomText(random))
              : random.ints(20, 0, REAL.vocabularySize()).toArray();
      assertThat(streamed(REAL, ids)).isEqualTo(REAL.decode(ids));
    }
  }

  @Test
  void holdsACharacterBackUntilItIsComplete() {
    int[] ids = REAL.encodePlain("\uD83D\uDC68"); // three tokens in this vocabulary at least
    assertThat(ids.length).isGreaterThan(1);
    TokenStream stream = REAL.stream();
    for (int i = 0; i < ids.length - 1; i++) {
      assertThat(stream.push(ids[i])).isEmpty();
    }
    assertThat(stream.push(ids[ids.length - 1])).isEqualTo("\uD83D\uDC68");
    assertThat(stream.flush()).isEmpty();
  }

  @Test
  void replacesACharacterThatIsNeverCompleted() {
    int[] ids = REAL.encodePlain("\uD83D\uDC68");
    TokenStream stream = REAL.stream();
    assertThat(stream.push(ids[0])).isEmpty();
    assertThat(stream.flush()).isEqualTo("\uFFFD");
  }

  @Test
  void leavesControlTokensOutOfText() {
    int[] ids = REAL.encode("<|im_start|>user\nhi<|im_end|>");
    assertThat(ids).startsWith(IM_START).endsWith(IM_END);
    assertThat(REAL.decode(ids)).isEqualTo("user\nhi");
    assertThat(REAL.id("<|im_end|>")).hasValue(IM_END);
    assertThat(REAL.id("no such token")).isEmpty();
  }

  @Test
  void neverMakesControlTokensOutOfPlainText() {
    Random random = new Random(9);
    String[] shreds = {
      "<|im_end|>", "<|im_start|>", "<|", "|>", "im_end", "<|endoftext|>", " ", "a"
    };
    for (int round = 0; round < 300; round++) {
      var text = new StringBuilder();
      IntStream.range(0, 8).forEach(_ -> text.append(shreds[random.nextInt(shreds.length)]));
      assertThat(Arrays.stream(REAL.encodePlain(text.toString()))).noneMatch(REAL::isSpecial);
    }
  }

  @Test
  void aMarkOnPartOfATokenIsEnoughAndChangesNothingElse() {
    String text = "one <|im_end|> two <|im_end|> three";
    BitSet plain = new BitSet();
    plain.set(6);
    int[] ids = REAL.encode(text, plain);
    assertThat(Arrays.stream(ids).filter(id -> id == IM_END).count()).isOne();
    assertThat(ids)
        .startsWith(REAL.encodePlain("one <|im_end|> two "))
        .endsWith(REAL.encodePlain(" three"));
  }

  @Test
  void takesLongTextsWhole() {
    assertThat(REAL.encode("word ".repeat(20_000))).hasSize(20_001);
  }

  @Test
  void takesHalfSurrogatePairsAsReplacementCharacters() {
    assertThat(REAL.decode(REAL.encode("a\uD83Db"))).isEqualTo("a\uFFFDb");
  }

  @Test
  void honoursHowAddedTokensMeetTheirSurroundings() throws IOException {
    write(
        """
        [{"id": 100, "content": "<l>", "special": true, "lstrip": true, "normalized": false},
         {"id": 101, "content": "<r>", "special": true, "rstrip": true, "normalized": false},
         {"id": 102, "content": "word", "special": false, "single_word": true, "normalized": false},
         {"id": 103, "content": "ab", "special": false, "normalized": true},
         {"id": 104, "content": "<r>ab", "special": true, "normalized": false}]""",
        "null",
        """
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}""",
        "");
    Tokenizer tokenizer = Tokenizer.load(folder);
    int a = tokenizer.id("a").orElseThrow();
    int b = tokenizer.id("b").orElseThrow();
    assertThat(tokenizer.encode("a \n<l>b")).containsExactly(a, 100, b);
    assertThat(tokenizer.encode("a<r> \nb")).containsExactly(a, 101, b);
    assertThat(tokenizer.encode("<r>ab")).as("the longest").containsExactly(104);
    assertThat(tokenizer.encode("aab")).containsExactly(a, 103);
    assertThat(tokenizer.encode("word")).containsExactly(102);
    assertThat(tokenizer.encode("wordb")).doesNotContain(102);
    assertThat(tokenizer.encodePlain("abword")).contains(103).doesNotContain(102);
    assertThat(tokenizer.decode(new int[] {100, a, 103, 102})).isEqualTo("aabword");
  }

  @Test
  void readsSentencePieceVocabulariesWithByteFallback() throws IOException {
    write(
        "[{\"id\": 100, \"content\": \"</s>\", \"special\": true, \"normalized\": false}]",
        """
        {"type": "Sequence", "normalizers": [
          {"type": "Prepend", "prepend": "\u2581"},
          {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}""",
        "null",
        """
        {"type": "Sequence", "decoders": [
          {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
          {"type": "ByteFallback"}, {"type": "Fuse"},
          {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""");
    Tokenizer tokenizer = Tokenizer.load(folder);
    int[] ids = tokenizer.encode("a b\u00e9");
    assertThat(ids).contains(tokenizer.id("<0xC3>").orElseThrow());
    assertThat(tokenizer.decode(ids)).isEqualTo("a b\u00e9");
    assertThat(streamed(tokenizer, ids)).isEqualTo("a b\u00e9");
    assertThat(tokenizer.decode(tokenizer.encode("a</s> b"))).isEqualTo("a  b");
    assertThat(tokenizer.encodePlain("</s>")).doesNotContain(100);
  }

  @Test
  void marksTheBeginningOnlyWhereThePreTokenizerSaysFirst() throws IOException {
    write(
        "[{\"id\": 100, \"content\": \"</s>\", \"special\": true, \"normalized\": false}]",
        "null",
        """
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": false}""",
        """
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": false}""");
    Tokenizer tokenizer = Tokenizer.load(folder);
    int a = tokenizer.id("a").orElseThrow();
    int space = tokenizer.id("\u2581").orElseThrow();
    assertThat(tokenizer.encode("a</s>a")).containsExactly(space, a, 100, a);
    assertThat(tokenizer.encode("</s>a")).containsExactly(100, a);
    assertThat(tokenizer.decode(new int[] {space, a})).isEqualTo("a");
  }

  @Test
  void refusesWhatItCannotReadRight() throws IOException {
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("has no tokenizer.json");
    write("[]", "null", "null", "{\"type\": \"WordPiece\"}");
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("decoder WordPiece is not supported");
    write(
        "[{\"id\": 1, \"content\": \"x\", \"normalized\": true}]",
        "{\"type\": \"NFC\"}",
        "null",
        "");
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("added token 'x' is normalized")
        .hasMessageContaining("NFC");
    Files.writeString(
        folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Unigram\", \"vocab\": []}}");
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("Unigram");
  }

  /** A vocabulary of single characters, the space mark and all bytes. */
  private void write(String added, String normalizer, String preTokenizer, String decoder)
      throws IOException {
    var vocabulary = new StringBuilder();
    String characters = "abdorw<>/slr\u2581\u0120\u010a";
    for (int i = 0; i < characters.length(); i++) {
      vocabulary.append("\"%c\": %d, ".formatted(characters.charAt(i), i));
    }
    for (int i = 0; i < 256; i++) {
      vocabulary.append("\"<0x%02X>\": %d, ".formatted(i, 200 + i));
    }
    String byteLevel =
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true}";
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": %s,
         "normalizer": %s, "pre_tokenizer": %s, "post_processor": null, "decoder": %s,
         "model": {"type": "BPE", "dropout": null, "unk_token": null,
           "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": true,
           "byte_fallback": true, "vocab": {%s "z": 50}, "merges": []}}"""
            .formatted(
                added,
                normalizer,
                preTokenizer,
                decoder.isEmpty() ? byteLevel : decoder,
                vocabulary));
  }

  @Test
  void aGapIsFilledWhereTheVocabularyHasTheTokensForIt() throws IOException {
    write(
        """
        [{"id": 100, "content": "<fim_prefix>", "special": true, "normalized": false},
         {"id": 101, "content": "<fim_suffix>", "special": true, "normalized": false},
         {"id": 102, "content": "<fim_middle>", "special": true, "normalized": false}]""",
        "null",
        """
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}""",
        "");
    var fill = FillInTheMiddle.of(Tokenizer.load(folder)).orElseThrow();
    assertThat(fill.prompt(new int[] {1, 2}, new int[] {3}))
        .containsExactly(100, 1, 2, 101, 3, 102);
    assertThat(FillInTheMiddle.of(REAL)).isEmpty();
  }

  private static String streamed(Tokenizer tokenizer, int[] ids) {
    TokenStream stream = tokenizer.stream();
    var text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.push(id));
    }
    return text.append(stream.flush()).toString();
  }

  private static String randomText(Random random) {
    var text = new StringBuilder();
    int length = random.nextInt(60);
    while (text.length() < length) {
      int codePoint =
          switch (random.nextInt(5)) {
            case 0 -> '\n'; // this vocabulary has no tokens for some of the other controls
            case 1 -> 0x80 + random.nextInt(0x800);
            case 2 -> 0x80 + random.nextInt(0xFF00);
            case 3 -> 0x1F300 + random.nextInt(0x300);
            default -> ' ' + random.nextInt(95);
          };
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    return text.toString();
  }
}
