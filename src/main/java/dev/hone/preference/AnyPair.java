package dev.hone.preference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.preference.Example.Pair;

/**
 * Pairs in TRL's columns that are to be judged. What {@link TrlFormat} refuses because nothing, or
 * something else, would be learnt from it is a pair here: a prompt that is only implied in raw
 * text, transcripts in the manner of Anthropic's, conversations that part anywhere, roles and
 * fields of messages beyond the usual, functions and their calls.
 */
final class AnyPair {
  private AnyPair() {}

  static Pair read(ObjectNode line, Provenance provenance) {
    if (!line.has("chosen") && !line.has("rejected")) {
      throw new BadLineException("not a pair: 'chosen' and 'rejected' are missing");
    }
    Passage chosen = passage(line, "chosen");
    Passage rejected = passage(line, "rejected");
    if (chosen instanceof Passage.Text(var a) && rejected instanceof Passage.Text(var b)) {
      JsonNode prompt = line.path("prompt");
      boolean transcripts = HhFormat.isTranscript(a) && HhFormat.isTranscript(b);
      if (HhFormat.asks(prompt) || (transcripts && isEmpty(prompt))) {
        return HhFormat.readAny(line, provenance);
      }
      return isThere(prompt) ? after(line, chosen, rejected, provenance) : parted(a, b, provenance);
    }
    if (chosen instanceof Passage.Chat(var a) && rejected instanceof Passage.Chat(var b)) {
      // A first question as text beside whole conversations only repeats it, as TRL sees it.
      return isThere(line.path("prompt"))
              && (line.path("prompt").isArray() || Conversations.areAnswers(a, b))
          ? after(line, chosen, rejected, provenance)
          : Conversations.anyPair(
              AnyMessages.knowing(line, a), AnyMessages.knowing(line, b), provenance);
    }
    throw new BadLineException("'chosen' and 'rejected' must both be text or both be messages");
  }

  /** Files whose lines have different columns are often written with null or nothing in them. */
  private static boolean isThere(JsonNode prompt) {
    return prompt.isArray() ? !prompt.isEmpty() : !prompt.isMissingNode() && !prompt.isNull();
  }

  private static boolean isEmpty(JsonNode prompt) {
    return !isThere(prompt) || (prompt.isTextual() && prompt.textValue().isBlank());
  }

  /** Raw text behind messages is what the assistant says, before them what the user does. */
  private static Pair after(
      ObjectNode line, Passage chosen, Passage rejected, Provenance provenance) {
    Passage prompt = passage(line, "prompt");
    if (prompt instanceof Passage.Text && chosen instanceof Passage.Text) {
      return new Pair(prompt, chosen, rejected, provenance);
    }
    var asked = AnyMessages.knowing(line, prompt.asChat("user").messages());
    return new Pair(
        new Passage.Chat(asked),
        chosen.asChat("assistant"),
        rejected.asChat("assistant"),
        provenance);
  }

  /**
   * Takes the longest common beginning as the prompt, as TRL's extract_prompt does: a space before
   * the answers belongs to them, and of texts of which one is the beginning of the other the last
   * common character does.
   */
  private static Pair parted(String chosen, String rejected, Provenance provenance) {
    int at = promptLength(chosen, rejected);
    return new Pair(
        new Passage.Text(chosen.substring(0, at)),
        new Passage.Text(chosen.substring(at)),
        new Passage.Text(rejected.substring(at)),
        provenance);
  }

  private static int promptLength(String chosen, String rejected) {
    int shorter = Math.min(chosen.length(), rejected.length());
    int at = 0;
    while (at < shorter && chosen.codePointAt(at) == rejected.codePointAt(at)) {
      at += Character.charCount(chosen.codePointAt(at));
    }
    if (at == 0) {
      return 0;
    }
    if (at == shorter) {
      return chosen.offsetByCodePoints(at, -1);
    }
    return chosen.charAt(at - 1) == ' ' ? at - 1 : at;
  }

  private static Passage passage(ObjectNode line, String field) {
    return AnyMessages.passage(line, field);
  }
}
