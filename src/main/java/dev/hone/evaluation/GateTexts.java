package dev.hone.evaluation;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the gate reads and asks; written for Hone.
 *
 * @param prompts conversations that end with the user; harmless, so that declining is wrong
 * @param questions with one short right answer
 * @param passages prose, code, a recipe, a letter, a dialogue and more
 */
record GateTexts(List<List<Message>> prompts, List<String> questions, List<String> passages) {
  private static final String BETWEEN_PASSAGES = "\n%%\n";

  static GateTexts shipped() {
    var json = new JsonMapper();
    var prompts = new ArrayList<List<Message>>();
    try {
      for (String line : read("gate-prompts.jsonl").lines().toList()) {
        prompts.add(json.readValue(line, new TypeReference<>() {}));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new GateTexts(
        List.copyOf(prompts),
        read("questions.txt").lines().toList(),
        List.of(read("general-text.txt").split(BETWEEN_PASSAGES)));
  }

  /** The first ones of each. */
  GateTexts upTo(EvaluationSizes sizes) {
    return new GateTexts(
        prompts.subList(0, Math.min(sizes.answers(), prompts.size())),
        questions.subList(0, Math.min(sizes.questions(), questions.size())),
        passages.subList(0, Math.min(sizes.passages(), passages.size())));
  }

  private static String read(String name) {
    try (InputStream in = GateTexts.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
