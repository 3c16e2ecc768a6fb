package dev.hone.api;

import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import dev.hone.inference.constraint.Constraint;
import dev.hone.inference.constraint.Grammar;
import dev.hone.inference.constraint.Grammars;
import dev.hone.model.ToolMessage;
import dev.hone.model.ToolSyntax;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a request asks of the form of its answers: the format of the text, and calls. */
record Shape(ResponseFormat format, Tools tools) {
  static Shape parse(Fields fields, List<ToolMessage> messages) {
    var shape = new Shape(ResponseFormat.parse(fields), Tools.parse(fields));
    if (shape.format instanceof ResponseFormat.JsonObject && !speakOfJson(messages)) {
      throw InvalidRequestException.wrong(
          "messages", "must contain the word 'json' for a response_format of type 'json_object'");
    }
    return shape;
  }

  /**
   * OpenAI's guard: a model that isn't told to write JSON fills it with what it would have said.
   */
  private static boolean speakOfJson(List<ToolMessage> messages) {
    return messages.stream()
        .anyMatch(one -> one.message().content().toLowerCase(Locale.ROOT).contains("json"));
  }

  /**
   * What the model's answers are held to; empty where they are free.
   *
   * @throws InvalidRequestException naming what a schema has that can't be held
   */
  Optional<Constraint> constraint(ServedModel model) {
    var syntax = syntax(model);
    boolean calls = tools.forced();
    if (!calls && format instanceof ResponseFormat.Text) {
      return Optional.empty();
    }
    String key = calls + " " + syntax + " " + format + " " + tools;
    return Optional.of(model.constraints().of(key, () -> grammar(syntax)));
  }

  private Grammar grammar(ToolSyntax syntax) {
    Optional<Grammar> calls = tools.grammar(syntax);
    if (tools.forced()) {
      return calls.orElseThrow();
    }
    Grammar text = format.grammar().orElseThrow();
    return calls.map(grammar -> Grammars.either(text, grammar)).orElse(text);
  }

  /** The same parameters, held to what was asked for. */
  SamplingParams held(SamplingParams sampling, ServedModel model) {
    var held = sampling.heldTo(constraint(model));
    return tools.endsWithFirst() && syntax(model) == ToolSyntax.TAGGED
        ? held.stoppingAt(ToolSyntax.CLOSE)
        : held;
  }

  /** Takes the calls out of one answer's text. */
  ToolCallReader reader(ServedModel model) {
    return new ToolCallReader(syntax(model), tools.names());
  }

  static ToolSyntax syntax(ServedModel model) {
    return model.format().toolSyntax().orElse(ToolSyntax.TAGGED);
  }
}
