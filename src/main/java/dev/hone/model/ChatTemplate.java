package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hone.model.jinja.Date;
import dev.hone.model.jinja.Function;
import dev.hone.model.jinja.Inputs;
import dev.hone.model.jinja.Limits;
import dev.hone.model.jinja.Template;
import dev.hone.model.jinja.TemplateException;
import dev.hone.model.jinja.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a model wants a conversation written down: its own Jinja template, rendered as transformers
 * does. Templates are untrusted; what they can do and use is bounded (see {@link Template}).
 */
public final class ChatTemplate {
  private static final List<String> SPECIAL_TOKENS =
      List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token");

  private static final String NONE =
      "{{ raise_exception('there is none, since this model only continues text') }}";

  private final Template template;
  private final Map<String, Object> variables;

  private ChatTemplate(Template template, Map<String, Object> variables) {
    this.template = template;
    this.variables = variables;
  }

  /**
   * Reads {@code chat_template.jinja}, or else the {@code chat_template} of {@code
   * tokenizer_config.json}, and the special tokens of the latter. A model without a template, as
   * the first ones were, refuses every conversation.
   *
   * @throws ModelFormatException if the template is malformed
   */
  public static ChatTemplate load(Path folder) {
    return load(folder, Clock.system(ZoneId.systemDefault()));
  }

  static ChatTemplate load(Path folder, Clock clock) {
    JsonNode config = read(folder.resolve("tokenizer_config.json"));
    String source = source(folder, config);
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : SPECIAL_TOKENS) {
      JsonNode token = config.path(name);
      String text = token.path("content").asText(token.asText(""));
      if (!text.isEmpty()) {
        tokens.put(name, text);
      }
    }
    try {
      return of(source, tokens, clock);
    } catch (TemplateException e) {
      throw new ModelFormatException(folder, "chat template, " + e.getMessage(), e);
    }
  }

  /**
   * @param tokens {@code bos_token} and the like, as far as the model has them
   * @param clock what {@code strftime_now} reads
   */
  static ChatTemplate of(String source, Map<String, String> tokens, Clock clock) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("tools", null);
    variables.put("documents", null);
    variables.put("raise_exception", (Function) ChatTemplate::refuse);
    variables.put(
        "strftime_now",
        (Function) in -> Date.format(LocalDateTime.now(clock), in.text(0, "format")));
    tokens.forEach((name, token) -> variables.put(name, Text.own(token)));
    return new ChatTemplate(Template.parse(source), variables);
  }

  private static Object refuse(Inputs inputs) {
    throw new MessagesRefusedException(inputs.text(0, "message").value());
  }

  private static String source(Path folder, JsonNode config) {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    JsonNode template = config.path("chat_template");
    // A list of named templates: one for plain chat, others for tools.
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default")) {
        template = named.path("template");
        break;
      }
    }
    return template.isTextual() ? template.asText() : NONE;
  }

  private static JsonNode read(Path file) {
    if (!Files.exists(file)) {
      return MissingNode.getInstance();
    }
    try {
      return new JsonMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it takes a question and its answer, with which every chat begins. */
  public boolean chats() {
    try {
      rendered(List.of(new Message("user", "a"), new Message("assistant", "b")), false);
      return true;
    } catch (MessagesRefusedException _) {
      return false;
    }
  }

  /**
   * @param addGenerationPrompt whether the text ends where the assistant's next answer begins
   * @throws MessagesRefusedException if the template says that it cannot express these messages
   * @throws TemplateException if the template fails or exceeds its limits
   */
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    return rendered(messages, addGenerationPrompt).value();
  }

  /** The same, with the characters that came from the messages marked as foreign. */
  Text rendered(List<Message> messages, boolean addGenerationPrompt) {
    return rendered(
        messages.stream().map(ToolMessage::of).toList(), List.of(), addGenerationPrompt);
  }

  /**
   * The same with functions that may be called.
   *
   * @param tools as OpenAI has them; none leaves the template without a word on it
   */
  Text rendered(List<ToolMessage> messages, List<JsonNode> tools, boolean addGenerationPrompt) {
    Map<String, Object> all = new HashMap<>(variables);
    all.put("messages", messages.stream().map(TemplateValues::of).toList());
    if (!tools.isEmpty()) {
      all.put("tools", tools.stream().map(TemplateValues::of).toList());
    }
    all.put("add_generation_prompt", addGenerationPrompt);
    return template.render(all, Limits.DEFAULT);
  }
}
