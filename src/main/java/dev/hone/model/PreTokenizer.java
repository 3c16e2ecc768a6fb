package dev.hone.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How text is cut into words before byte-pair merging, by the names GGUF gives in {@code
 * tokenizer.ggml.pre}, each with its form in {@code tokenizer.json}. A wrong one makes other tokens
 * than the model was trained on, and only its answers would tell; so an unknown name is refused.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists come from List.of
enum PreTokenizer {
  /** Words with a leading space; runs of digits stay together. */
  GPT_2(List.of("gpt-2", "phi-2"), List.of(), Rest.WORDS),
  /** As GPT-2, but every digit stands alone. */
  SMOLLM(List.of("smollm", "starcoder", "refact"), List.of("\\p{N}"), Rest.WORDS),
  /** llama.cpp's own, for files that do not name one: punctuation first, digits in threes. */
  DEFAULT(
      List.of("default"),
      List.of(
          "[\\p{P}\\$\\+<=>\\^\\~\\|]+",
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)",
          "\\p{N}+",
          "[0-9][0-9][0-9]"),
      Rest.BYTES),
  /** Llama 3: digits in threes, contractions in any case. */
  LLAMA_3(List.of("llama-bpe", "llama3", "llama-v3"), List.of(words("\\p{N}{1,3}")), Rest.BYTES),
  /** Qwen 2 and 2.5: as Llama 3, but every digit stands alone; text is normalised to NFC. */
  QWEN_2(List.of("qwen2"), List.of(words("\\p{N}")), Rest.BYTES);

  /** What is left to the byte-level step at the end: cutting words, or nothing but the bytes. */
  private enum Rest {
    WORDS,
    BYTES
  }

  private final List<String> names;
  private final List<String> splits;
  private final Rest rest;

  PreTokenizer(List<String> names, List<String> splits, Rest rest) {
    this.names = names;
    this.splits = splits;
    this.rest = rest;
  }

  private static String words(String digits) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + digits
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  /**
   * @param file named in the error
   * @throws ModelFormatException naming the supported ones
   */
  static PreTokenizer named(Object file, String name) {
    for (PreTokenizer kind : values()) {
      if (kind.names.contains(name)) {
        return kind;
      }
    }
    throw new ModelFormatException(
        file,
        "tokenizer.ggml.pre is '"
            + name
            + "', which is not supported; supported: "
            + Arrays.stream(values())
                .flatMap(kind -> kind.names.stream())
                .collect(Collectors.joining(", ")));
  }

  /** A whole word that is in the vocabulary is taken as it is, without merging. */
  boolean ignoresMerges() {
    return this == LLAMA_3;
  }

  boolean normalisesToNfc() {
    return this == QWEN_2;
  }

  /** The {@code pre_tokenizer} of {@code tokenizer.json}. */
  ObjectNode json() {
    ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    var steps = sequence.putArray("pretokenizers");
    for (String split : splits) {
      ObjectNode step = steps.addObject().put("type", "Split");
      step.putObject("pattern").put("Regex", split);
      step.put("behavior", "Isolated").put("invert", false);
    }
    steps.add(byteLevel(rest == Rest.WORDS));
    return sequence;
  }

  /** Every field is written out: DJL's reader takes none for granted. */
  static ObjectNode byteLevel(boolean useRegex) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", useRegex);
  }
}
