package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The description says what the routes do. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class OpenApiTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, Class<? extends Annotation>> METHODS =
      Map.of("get", GET.class, "post", POST.class, "delete", DELETE.class);

  private JsonNode document;

  @BeforeEach
  void read() {
    Script.is(Script.saying("Hello."));
    document = parsed(given().get("/v1/openapi.json").then().statusCode(200).extract().asString());
  }

  @Test
  void itsRoutesAreTheServers() {
    var described = new TreeSet<String>();
    for (var path : document.path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(method -> described.add(method + " " + path.getKey()));
    }
    assertThat(described).isEqualTo(served());
  }

  @Test
  void itsFieldsAreThoseThatAreTaken() {
    Map.of(
            "ChatCompletionRequest", CompletionBody.FIELDS,
            "CompletionRequest", TextCompletionBody.FIELDS,
            "ResponseRequest", ResponsesBody.FIELDS,
            "EmbeddingsRequest", EmbeddingsBody.FIELDS,
            "TokenizeRequest", TokenizeBody.FIELDS,
            "DetokenizeRequest", TokensResource.DETOKENIZE_FIELDS)
        .forEach(
            (name, fields) -> assertThat(names(schema(name).path("properties"))).isEqualTo(fields));
  }

  @Test
  void whatComesBackIsAsDescribed() {
    String hi = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
    conforms("ChatCompletion", post("chat/completions", "{" + hi + "}"));
    conforms(
        "ChatCompletion",
        post("chat/completions", "{" + hi + ", \"logprobs\": true, \"top_logprobs\": 2}"));
    conforms("Completion", post("completions", "{\"prompt\": \"a\", \"logprobs\": 1}"));
    String response = post("responses", "{\"input\": \"Hi\", \"metadata\": {\"a\": \"b\"}}");
    conforms("Response", response);
    conforms("Response", post("responses", "{\"input\": \"Hi\", \"max_output_tokens\": 1}"));
    String id = parsed(response).path("id").asText();
    conforms("Response", given().get("/v1/responses/" + id).asString());
    conforms("DeletedResponse", given().delete("/v1/responses/" + id).asString());
    conforms("Error", given().get("/v1/responses/" + id).asString());
    conforms("Error", post("chat/completions", "{"));
    conforms(
        "Embeddings", post("embeddings", "{\"model\": \"all-minilm-l6-v2\", \"input\": \"Hi\"}"));
    conforms("Tokens", post("tokenize", "{\"prompt\": \"a\", \"return_token_strs\": true}"));
    conforms("Text", post("detokenize", "{\"tokens\": [100]}"));
    conforms("Models", given().get("/v1/models").asString());
    conforms("Model", given().get("/v1/models/hone").asString());
  }

  @Test
  void chunksAreAsDescribed() {
    String hi = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
    String usage = ", \"stream\": true, \"stream_options\": {\"include_usage\": true}}";
    for (String chunk : chunks("chat/completions", "{" + hi + usage)) {
      conforms("ChatCompletionChunk", chunk);
    }
    for (String chunk : chunks("completions", "{\"prompt\": \"a\"" + usage)) {
      conforms("Completion", chunk);
    }
  }

  private static List<String> chunks(String route, String json) {
    try (var wire = Wire.post("/v1/" + route, json)) {
      return wire.readUntil("data: [DONE]").stream()
          .filter(line -> line.startsWith("data: {"))
          .map(line -> line.substring("data: ".length()))
          .toList();
    }
  }

  private static Set<String> served() {
    var classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.hone.api");
    var routes = new TreeSet<String>();
    for (JavaClass resource : classes) {
      String path = path(resource.tryGetAnnotationOfType(Path.class).orElse(null));
      if (!path.startsWith("/v1")) {
        continue;
      }
      for (JavaMethod method : resource.getMethods()) {
        METHODS.forEach(
            (name, type) -> {
              if (method.isAnnotatedWith(type)) {
                String inner = path(method.tryGetAnnotationOfType(Path.class).orElse(null));
                routes.add(name + " " + path + inner.replaceAll(": *[^}]+}", "}"));
              }
            });
      }
    }
    return routes;
  }

  private static String path(Path annotation) {
    return annotation == null ? "" : annotation.value();
  }

  private JsonNode schema(String name) {
    JsonNode schema = document.path("components").path("schemas").path(name);
    assertThat(schema.isObject()).as(name).isTrue();
    return schema;
  }

  private void conforms(String name, String json) {
    assertThat(problems(schema(name), parsed(json), name)).as(json).isEmpty();
  }

  /** As much of JSON Schema as the description uses. */
  private String problems(JsonNode schema, JsonNode value, String at) {
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText();
      return problems(schema(name.substring(name.lastIndexOf('/') + 1)), value, at);
    }
    if (schema.has("anyOf")) {
      for (JsonNode one : schema.path("anyOf")) {
        if (problems(one, value, at).isEmpty()) {
          return "";
        }
      }
      return at + " is none of what it may be: " + value + "\n";
    }
    if (schema.has("enum")) {
      for (JsonNode one : schema.path("enum")) {
        if (one.equals(value)) {
          return "";
        }
      }
      return at + " is none of " + schema.path("enum") + ": " + value + "\n";
    }
    return switch (schema.path("type").asText()) {
      case "" -> "";
      case "null" -> value.isNull() ? "" : at + " is not null: " + value + "\n";
      case "string" -> value.isTextual() ? "" : at + " is no string: " + value + "\n";
      case "boolean" -> value.isBoolean() ? "" : at + " is no boolean: " + value + "\n";
      case "integer" -> value.isIntegralNumber() ? "" : at + " is no integer: " + value + "\n";
      case "number" -> value.isNumber() ? "" : at + " is no number: " + value + "\n";
      case "array" -> items(schema, value, at);
      case "object" -> fields(schema, value, at);
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }

  private String items(JsonNode schema, JsonNode value, String at) {
    if (!value.isArray()) {
      return at + " is no array: " + value + "\n";
    }
    var problems = new StringBuilder();
    for (JsonNode item : value) {
      problems.append(problems(schema.path("items"), item, at + "[]"));
    }
    return problems.toString();
  }

  private String fields(JsonNode schema, JsonNode value, String at) {
    if (!value.isObject()) {
      return at + " is no object: " + value + "\n";
    }
    var problems = new StringBuilder();
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        problems.append(at).append(" lacks ").append(required.asText()).append('\n');
      }
    }
    JsonNode others = schema.path("additionalProperties");
    for (var field : value.properties()) {
      String inner = at + "." + field.getKey();
      JsonNode known = schema.path("properties").path(field.getKey());
      if (known.isMissingNode() && !others.isObject()) {
        problems.append(inner).append(" is not described\n");
      }
      problems.append(problems(known.isMissingNode() ? others : known, field.getValue(), inner));
    }
    return problems.toString();
  }

  private static String post(String route, String json) {
    return given().contentType("application/json").body(json).post("/v1/" + route).asString();
  }

  private static Set<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
