package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.jinja.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Conversations as a model's token ids. Only the template's own control tokens become control
 * tokens: one that a message spells out stays text, character for character, and whatever stands
 * between two control tokens is encoded as one piece.
 */
public final class ChatFormat {
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final int[] endOfTurn;
  private final int answerEnd;

  private final Optional<ToolSyntax> toolSyntax;

  private ChatFormat(Tokenizer tokenizer, ChatTemplate template, int[] endOfTurn, int answerEnd) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.endOfTurn = endOfTurn;
    this.answerEnd = answerEnd;
    this.toolSyntax = ToolSyntax.of(template);
  }

  /**
   * @throws ModelFormatException if the folder's tokenizer or template is missing or unusable, or
   *     no token ends an answer
   */
  public static ChatFormat load(Path folder) {
    Tokenizer tokenizer = Tokenizer.load(folder);
    ChatTemplate template = ChatTemplate.load(folder);
    Set<Integer> ends = new TreeSet<>();
    for (String file : List.of("generation_config.json", "config.json")) {
      addEnds(folder.resolve(file), ends);
    }
    OptionalInt written = endInTemplate(tokenizer, template);
    written.ifPresent(ends::add);
    if (ends.isEmpty()) {
      throw new ModelFormatException(
          folder, "names no eos_token_id, and its chat template ends an answer with no token");
    }
    int[] ids = ends.stream().mapToInt(id -> id).toArray();
    return new ChatFormat(tokenizer, template, ids, written.orElse(ids[0]));
  }

  /** {@code eos_token_id} is one id or a list of them. */
  private static void addEnds(Path file, Set<Integer> ends) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      JsonNode ids = new JsonMapper().readTree(file.toFile()).path("eos_token_id");
      if (ids.isInt()) {
        ends.add(ids.intValue());
      }
      ids.forEach(id -> ends.add(id.intValue()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The control token that the template puts behind an answer. Configurations often name only the
   * end of a text, which a chat model never writes.
   */
  private static OptionalInt endInTemplate(Tokenizer tokenizer, ChatTemplate template) {
    var exchange = List.of(new Message("user", "a"), new Message("assistant", "b"));
    Text text;
    try {
      text = template.rendered(exchange, false);
    } catch (MessagesRefusedException _) {
      return OptionalInt
          .empty(); // a template for something else than question and answer: its configuration
      // decides
    }
    int answerEnd = text.foreignCharacters().length();
    int[] behind = tokenizer.encode(text.value().substring(answerEnd));
    return Arrays.stream(behind).filter(tokenizer::isSpecial).findFirst();
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * The conversation up to where the assistant's next answer begins.
   *
   * @return token ids, [promptLength]
   * @throws MessagesRefusedException if the model's template cannot express these messages
   */
  public int[] prompt(List<Message> messages) {
    return tokens(messages, true);
  }

  /**
   * The conversation, with or without the opening of the assistant's next answer.
   *
   * @return token ids, [length]
   * @throws MessagesRefusedException if the model's template cannot express these messages
   */
  public int[] tokens(List<Message> messages, boolean opensAnswer) {
    Text text = template.rendered(messages, opensAnswer);
    BitSet fromMessages = text.foreignCharacters();
    return tokenizer.encode(text.value(), fromMessages);
  }

  /** How the model calls functions, where its template has a place for them. */
  public Optional<ToolSyntax> toolSyntax() {
    return toolSyntax;
  }

  /**
   * The same as {@link #prompt(List)} with functions, for a template that has a place for them.
   *
   * @param tools as OpenAI has them
   */
  public int[] prompt(List<ToolMessage> messages, List<JsonNode> tools) {
    Text text = template.rendered(messages, tools, true);
    return tokenizer.encode(text.value(), text.foreignCharacters());
  }

  /**
   * An answer as the model would have to sample it: its text, in which no control token is
   * recognised, then the one that ends the turn.
   *
   * @return token ids, [answerLength], at least the end
   */
  public int[] answer(String text) {
    int[] plain = tokenizer.encodePlain(text);
    int[] ids = Arrays.copyOf(plain, plain.length + 1);
    ids[plain.length] = answerEnd;
    return ids;
  }

  /** What {@link #prompt} encodes, as text. */
  public String render(List<Message> messages) {
    return template.render(messages, true);
  }

  /** The ids that end an answer, ascending. */
  public int[] endOfTurn() {
    return endOfTurn.clone();
  }
}
