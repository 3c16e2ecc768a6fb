package dev.hone.preference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.Message;
import dev.hone.preference.Example.Demonstration;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Example.Unpaired;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The preference, unpaired preference and prompt-completion columns of Hugging Face TRL, each as
 * raw text or as messages. Columns that are not part of these formats are ignored, also those that
 * TRL hands to a model's template ({@code tools}, {@code chat_template_kwargs}).
 */
final class TrlFormat {
  private static final Set<String> MESSAGE_FIELDS = Set.of("role", "content");
  private static final String EXPECTED =
      "expected prompt, chosen, rejected; or chosen, rejected as whole conversations; "
          + "or prompt, completion, label; or prompt, completion";

  private TrlFormat() {}

  static Example read(ObjectNode line, Provenance provenance) {
    if (line.hasNonNull("chosen") || line.hasNonNull("rejected")) {
      return pair(line, provenance);
    }
    if (!line.hasNonNull("completion")) {
      throw new BadLineException("%s; has %s".formatted(EXPECTED, String.join(", ", names(line))));
    }
    Passage prompt = passage(line, "prompt");
    Passage completion = passage(line, "completion");
    refuseUnlessFollows("completion", prompt, completion);
    if (!line.hasNonNull("label")) {
      return new Demonstration(prompt, completion, provenance);
    }
    if (!line.get("label").isBoolean()) {
      throw new BadLineException("'label' must be true or false");
    }
    return new Unpaired(prompt, completion, line.get("label").booleanValue(), provenance);
  }

  /** One line, without the line break. What {@link #read} makes of it equals the example. */
  static String write(Example example) {
    var line = JsonNodeFactory.instance.objectNode();
    line.set("prompt", json(example.prompt()));
    switch (example) {
      case Pair pair -> {
        line.set("chosen", json(pair.chosen()));
        line.set("rejected", json(pair.rejected()));
      }
      case Unpaired unpaired -> {
        line.set("completion", json(unpaired.completion()));
        line.put("label", unpaired.label());
      }
      case Demonstration demonstration -> line.set("completion", json(demonstration.completion()));
    }
    try {
      return Format.MAPPER.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an example cannot be written", e);
    }
  }

  private static Pair pair(ObjectNode line, Provenance provenance) {
    Passage chosen = passage(line, "chosen");
    Passage rejected = passage(line, "rejected");
    if (!line.hasNonNull("prompt")) {
      return Conversations.pair(conversation(chosen), conversation(rejected), provenance);
    }
    Passage prompt = passage(line, "prompt");
    if (HhFormat.asks(line.get("prompt"))) {
      throw new BadLineException("'prompt' is a transcript; those are imported with format hh");
    }
    if (prompt instanceof Passage.Text(var asked)
        && chosen instanceof Passage.Chat(var better)
        && rejected instanceof Passage.Chat(var worse)) {
      // Some data sets repeat the first question beside whole conversations; TRL ignores it.
      if (asked.isBlank() || !Conversations.areAnswers(better, worse)) {
        return Conversations.pair(better, worse, provenance);
      }
      prompt = prompt.asChat("user");
    }
    refuseUnlessFollows("chosen", prompt, chosen);
    refuseUnlessFollows("rejected", prompt, rejected);
    return new Pair(prompt, chosen, rejected, provenance);
  }

  private static List<Message> conversation(Passage passage) {
    return switch (passage) {
      case Passage.Chat(var messages) -> messages;
      case Passage.Text(var text) ->
          throw new BadLineException(
              text.stripLeading().startsWith("Human:")
                  ? "'prompt' is missing; Human/Assistant transcripts are imported with format hh"
                  : "'prompt' is missing");
    };
  }

  private static void refuseUnlessFollows(String field, Passage prompt, Passage completion) {
    if (!prompt.getClass().equals(completion.getClass())) {
      throw new BadLineException(
          "'prompt' and '%s' must both be text or both be messages".formatted(field));
    }
    if (completion instanceof Passage.Chat(var messages)
        && !messages.getFirst().role().equals("assistant")) {
      throw new BadLineException("'%s' must begin with an assistant's message".formatted(field));
    }
  }

  static Passage passage(ObjectNode line, String field) {
    return switch (line.get(field)) {
      case null -> throw new BadLineException("'%s' is missing".formatted(field));
      case JsonNode text when text.isTextual() -> new Passage.Text(sound(field, text));
      case ArrayNode messages when !messages.isEmpty() -> {
        var read = new ArrayList<Message>();
        messages.forEach(node -> read.add(message(field, node)));
        yield new Passage.Chat(read);
      }
      case JsonNode _ ->
          throw new BadLineException("'%s' must be a text or a list of messages".formatted(field));
    };
  }

  private static Message message(String field, JsonNode message) {
    JsonNode role = message.path("role");
    JsonNode content = message.path("content");
    if (!role.isTextual() || !content.isTextual()) {
      throw new BadLineException(
          "each message of '%s' needs 'role' and 'content' as text".formatted(field));
    }
    for (String name : names(message)) {
      if (!MESSAGE_FIELDS.contains(name) && holds(message.get(name))) {
        throw new BadLineException(
            "a message of '%s' has '%s', which is not supported".formatted(field, name));
      }
    }
    if (!Message.ROLES.contains(role.textValue())) {
      throw new BadLineException(
          "role '%s' in '%s' is not supported".formatted(role.textValue(), field));
    }
    return new Message(role.textValue(), sound(field, content));
  }

  /** Null and empty lists leave nothing out. */
  private static boolean holds(JsonNode field) {
    return field.isContainerNode() ? !field.isEmpty() : !field.isNull();
  }

  /** JSON can spell half of a surrogate pair; UTF-8 can't. */
  static String sound(String field, JsonNode node) {
    String text = node.textValue();
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new BadLineException("'%s' has half of a surrogate pair".formatted(field));
    }
    return text;
  }

  private static List<String> names(JsonNode object) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode json(Passage passage) {
    return switch (passage) {
      case Passage.Text(var text) -> JsonNodeFactory.instance.textNode(text);
      case Passage.Chat(var messages) -> {
        var array = JsonNodeFactory.instance.arrayNode();
        messages.forEach(m -> array.addObject().put("role", m.role()).put("content", m.content()));
        yield array;
      }
    };
  }
}
