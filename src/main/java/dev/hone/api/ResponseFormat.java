package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.inference.constraint.Grammar;
import dev.hone.inference.constraint.Grammars;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What kind of text an answer has to be. */
sealed interface ResponseFormat {
  String FIELD = "response_format";
  String SCHEMA_FIELD = FIELD + ".json_schema.schema";

  /** As OpenAI's, of schemas and functions. */
  Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  /** Anything. */
  record Text() implements ResponseFormat {}

  /** Some JSON object. */
  record JsonObject() implements ResponseFormat {}

  /** JSON that a schema takes. */
  record JsonSchema(JsonNode schema, boolean strict) implements ResponseFormat {}

  static ResponseFormat parse(Fields fields) {
    Optional<JsonNode> given = fields.any(FIELD);
    if (given.isEmpty()) {
      return new Text();
    }
    if (!given.get().isObject()) {
      throw InvalidRequestException.wrongType(FIELD, "an object");
    }
    var format = new Fields(given.get(), FIELD + ".");
    String type = format.requiredText("type");
    format.refuseOthers(
        type.equals("json_schema") ? Set.of("type", "json_schema") : Set.of("type"));
    return switch (type) {
      case "text" -> new Text();
      case "json_object" -> new JsonObject();
      case "json_schema" -> schema(format.required("json_schema"));
      default ->
          throw InvalidRequestException.wrong(
              FIELD + ".type", "must be one of text, json_object, json_schema");
    };
  }

  private static JsonSchema schema(JsonNode node) {
    String path = FIELD + ".json_schema";
    if (!node.isObject()) {
      throw InvalidRequestException.wrongType(path, "an object");
    }
    var fields = new Fields(node, path + ".");
    fields.refuseOthers(Set.of("name", "description", "schema", "strict"));
    if (!NAME.matcher(fields.requiredText("name")).matches()) {
      throw InvalidRequestException.wrong(
          path + ".name", "must be 1 to 64 letters, digits, underscores or dashes");
    }
    fields.text("description");
    JsonNode schema = fields.required("schema");
    if (!schema.isObject()) {
      throw InvalidRequestException.wrongType(SCHEMA_FIELD, "an object");
    }
    return new JsonSchema(schema, fields.flag("strict", false));
  }

  /** The grammar that it asks for; empty for any text. */
  default Optional<Grammar> grammar() {
    return switch (this) {
      case Text() -> Optional.empty();
      case JsonObject() -> Optional.of(Grammars.object());
      case JsonSchema(var schema, var strict) ->
          Optional.of(
              InvalidRequestException.ofSchema(
                  SCHEMA_FIELD, () -> Grammars.schema(schema, strict)));
    };
  }
}
