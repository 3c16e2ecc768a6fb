package dev.hone.preference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Anthropic's pairs: {@code chosen} and {@code rejected}, each a whole transcript in which an empty
 * line and {@code Human:} or {@code Assistant:} begin a turn. Many copies have what both begin with
 * in a column {@code prompt}, up to the last {@code Assistant:}, and beside it the answers alone.
 */
final class HhFormat {
  /** Speakers named within a turn's text are part of it. */
  private static final Pattern TURN = Pattern.compile("(?:^|\n\n)(Human|Assistant):");

  private HhFormat() {}

  /** Whether a text has the form of a transcript, with someone to answer and an answer. */
  static boolean isTranscript(String text) {
    return text.stripLeading().startsWith("Human:") && text.contains("\n\nAssistant:");
  }

  /** Whether a prompt is a transcript that is to be answered. */
  static boolean asks(JsonNode prompt) {
    return prompt.isTextual()
        && prompt.textValue().stripLeading().startsWith("Human:")
        && prompt.textValue().stripTrailing().endsWith("\n\nAssistant:");
  }

  static Example read(ObjectNode line, Provenance provenance) {
    return Conversations.pair(transcript(line, "chosen"), transcript(line, "rejected"), provenance);
  }

  static Example.Pair readAny(ObjectNode line, Provenance provenance) {
    return Conversations.anyPair(
        transcript(line, "chosen"), transcript(line, "rejected"), provenance);
  }

  private static List<Message> transcript(ObjectNode line, String field) {
    JsonNode node = line.path(field);
    if (!node.isTextual()) {
      throw new BadLineException("'%s' must be a transcript".formatted(field));
    }
    String text = TrlFormat.sound(field, node).stripLeading();
    JsonNode prompt = line.path("prompt");
    if (asks(prompt)) {
      String asked = TrlFormat.sound("prompt", prompt).strip();
      text = text.startsWith(asked) ? text : asked + " " + text;
    }
    var turn = TURN.matcher(text);
    if (!turn.lookingAt()) {
      throw new BadLineException("'%s' must begin with Human: or Assistant:".formatted(field));
    }
    var messages = new ArrayList<Message>();
    boolean more = true;
    while (more) {
      String role = turn.group(1).equals("Human") ? "user" : "assistant";
      int from = turn.end();
      more = turn.find();
      messages.add(
          new Message(role, text.substring(from, more ? turn.start() : text.length()).strip()));
    }
    return messages;
  }
}
