package dev.hone.inference.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts a schema lets be written. */
class SchemaGrammarTest {
  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"type": "string"}                              | "a\\"\\\\\\n é日😀"        | "a     | "\\x"
          {"type": "string", "minLength": 2, "maxLength": 3} | "ab"                 | "a"    | "abcd"
          {"type": "string", "maxLength": 2}              | "\\n😀"                 | "abc"  | a
          {"type": "string", "pattern": "^a+$"}           | "aaa"                  | "ab"   | ""
          {"type": "string", "pattern": "b"}              | "abc"                  | "ac"   | ""
          {"type": "string", "pattern": "^[\\\\w-]{2}\\\\.$", "maxLength": 3} | "a-." | "a-"  | "ab.."
          {"type": "string", "format": "date"}            | "2024-02-28"           | "2024-02-30" | "24-1-1"
          {"type": "string", "format": "email"}           | "a.b@host.org"         | "a@b"  | "@host.org"
          {"type": "integer"}                             | -12                    | 01     | 1.5
          {"type": "integer", "minimum": -5, "maximum": 12} | -5                   | -6     | 13
          {"type": "integer", "exclusiveMinimum": 0}      | 1                      | 0      | -1
          {"type": "integer", "minimum": 2.5}             | 3                      | 2      | -3
          {"type": "number"}                              | -1.5e+10               | .5     | 1.
          {"type": "number", "minimum": 0.5, "exclusiveMaximum": 1} | 0.75         | 0.4    | 1.0
          {"type": "number", "exclusiveMinimum": -1.25, "maximum": 0} | -1.2       | -1.25  | 0.1
          {"type": "boolean"}                             | true                   | True   | 1
          {"type": "null"}                                | null                   | nil    | 0
          {"type": ["string", "null"]}                    | null                   | 1      | true
          {"enum": ["a b", 3, null]}                      | "a b"                  | "a"    | 4
          {"const": {"a": [1, "x"]}}                      | {"a": [1, "x"]}        | {}     | {"a": [1]}
          {"type": "string", "enum": ["x", 1]}            | "x"                    | 1      | "1"
          {"anyOf": [{"type": "integer"}, {"const": "no"}]} | "no"                 | "yes"  | null
          {"type": "array", "items": {"type": "integer"}} | [1, 2,3]               | [1,]   | ["a"]
          {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2} | [7] | [] | [1, 2, 3]
          {"type": "array", "prefixItems": [{"type": "integer"}], "items": false} | [1] | [1, 2] | ["a"]
          {"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "null"}, "minItems": 2} | [1, null] | [1] | [1, 2]
          {"type": "object"}                              | {"a": {"b": [1, {}]}}  | {"a"}  | []
          {"type": "object", "properties": {"a": {"type": "null"}}} | {}           | {"b": 1} | {"a": 1}
          {"type": "object", "properties": {"a": {"type": "null"}}, "required": ["a"]} | {"a":null} | {} | {"a": null,}
          {"type": "object", "properties": {"a": true, "b": true}, "required": ["b"]} | {"b": 1} | {"a": 1} | {"b": 1, "a": 1}
          {"type": "object", "properties": {"a": {"type": "null"}}, "additionalProperties": {"type": "integer"}} | {"b": 1, "c": 2} | {"b": "x"} | {"a": 1}
          {"type": "object", "required": ["z"]}           | {"z": 1, "y": 2}       | {}     | {"y": 2}
          """)
  void writesWhatASchemaTakesAndNothingElse(String schema, String valid, String one, String other)
      throws JsonProcessingException {
    var start = Grammars.schema(JSON.readTree(schema), false).start();
    assertThat(takes(start, valid)).as(valid).isTrue();
    assertThat(takes(start, one)).as(one).isFalse();
    assertThat(takes(start, other)).as(other).isFalse();
  }

  @Test
  void anchorsBelongToTheirAlternative() {
    var start = start("{\"type\": \"string\", \"pattern\": \"^a|b$\"}");
    assertThat(takes(start, "\"xb\"")).isTrue();
    assertThat(takes(start, "\"ax\"")).isTrue();
    assertThat(takes(start, "\"xbx\"")).isFalse();
  }

  @Test
  void aDefinitionCanBePartOfItself() {
    var start =
        start(
            """
            {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object",
             "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
             "required": ["next"], "additionalProperties": false}}}""");
    assertThat(takes(start, "{\"next\": ".repeat(40) + "null" + "}".repeat(40))).isTrue();
    assertThat(takes(start, "{\"next\": {}}")).isFalse();
  }

  @Test
  void alternativesThatDifferByAConstantAreOneOf() {
    var start =
        start(
            """
            {"oneOf": [{"$ref": "#/$defs/cat"}, {"$ref": "#/$defs/dog"}], "$defs": {
              "cat": {"type": "object", "properties": {"kind": {"const": "cat"}}, "required": ["kind"]},
              "dog": {"type": "object", "properties": {"kind": {"const": "dog"}}, "required": ["kind"]}}}""");
    assertThat(takes(start, "{\"kind\": \"dog\"}")).isTrue();
    assertThat(takes(start, "{\"kind\": \"cow\"}")).isFalse();
  }

  @Test
  void whiteSpaceIsBounded() {
    var start = start("{\"type\": \"array\"}");
    assertThat(takes(start, "[1,2, 3]")).isTrue();
    assertThat(takes(start, "[1,  2]")).isFalse();
    assertThat(takes(start, "[ 1]")).isFalse();
    assertThat(takes(start, "[1]\n")).isFalse();
  }

  @Test
  void numbersOfARangeAreWithinIt() {
    var random = new SplittableRandom(11);
    for (int round = 0; round < 60; round++) {
      var least = BigDecimal.valueOf(random.nextLong(-3000, 3000), random.nextInt(3));
      var most = least.add(BigDecimal.valueOf(random.nextLong(1, 500), random.nextInt(3)));
      var start =
          start(
              "{\"type\": \"number\", \"minimum\": %s, \"exclusiveMaximum\": %s}"
                  .formatted(least.toPlainString(), most.toPlainString()));
      for (int i = 0; i < 100; i++) {
        var value = BigDecimal.valueOf(random.nextLong(-40_000, 40_000), random.nextInt(4));
        boolean within = value.compareTo(least) >= 0 && value.compareTo(most) < 0;
        boolean negativeZero = value.signum() == 0 && value.toPlainString().startsWith("-");
        assertThat(takes(start, value.toPlainString()))
            .as("%s in [%s, %s)", value, least, most)
            .isEqualTo(within && !negativeZero);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"type": "object", "patternProperties": {}}     | patternProperties
          {"type": "integer", "multipleOf": 5}            | multipleOf
          {"type": "array", "uniqueItems": true}          | uniqueItems
          {"not": {"type": "null"}}                       | not
          {"allOf": [{"type": "null"}, {"type": "null"}]} | allOf
          {"oneOf": [{"type": "integer"}, {"type": "number"}]} | oneOf
          {"type": "string", "format": "uri"}             | format
          {"type": "string", "pattern": "(?=a)b"}         | pattern
          {"type": "string", "pattern": "(a)\\\\1"}       | pattern
          {"type": "string", "pattern": "a$b"}            | pattern
          {"type": "string", "pattern": "(a{999}){999}"}  | pattern
          {"type": "string", "pattern": "[z-a]"}          | pattern
          {"type": "string", "pattern": "("}              | pattern
          {"type": "string", "maxLength": 100000}         | maxLength
          {"type": "string", "maxLength": 1, "minLength": 2} | maxLength
          {"$ref": "#/$defs/none"}                        | $ref
          {"$ref": "other.json"}                          | $ref
          {"$ref": "#"}                                   | $ref
          {"type": "date"}                                | type
          {"minLength": 1, "minimum": 1}                  | type
          {"enum": []}                                    | enum
          {"enum": ["a"], "minLength": 3}                 | minLength
          {"anyOf": [{"type": "null"}], "properties": {}} | properties
          {"type": "object", "properties": {"a": {"type": "array", "items": {"contains": 1}}}} | properties/a/items/contains
          {"type": "object", "required": ["a"], "additionalProperties": false} | required
          {"type": "integer", "minimum": 5, "maximum": 4} | /
          {"type": "array", "minItems": 3, "prefixItems": [true], "items": false} | minItems
          {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]} | $ref
          """)
  void whatCannotBeHeldIsRefusedByName(String schema, String place) {
    assertThatThrownBy(() -> start(schema))
        .isInstanceOf(UnsupportedSchemaException.class)
        .hasMessageStartingWith("'" + place + "' ");
  }

  @Test
  void thousandsOfMembersThatMayBeMissingAreFine() {
    var schema = JSON.createObjectNode().put("type", "object");
    var properties = schema.putObject("properties");
    for (int i = 0; i < 1_900; i++) {
      properties.putObject("p" + i).put("type", "null");
    }
    var start = start(schema.toString());
    assertThat(takes(start, "{}")).isTrue();
    assertThat(takes(start, "{\"p7\": null, \"p1899\": null}")).isTrue();
  }

  @Test
  void whatIsNestedTooDeepOrTooLargeIsRefused() {
    String deep = "{\"items\": ".repeat(500) + "{}" + "}".repeat(500);
    String chained =
        "{\"$ref\": \"#/$defs/d0\", \"$defs\": {"
            + IntStream.range(0, 500)
                .mapToObj(i -> "\"d%d\": {\"$ref\": \"#/$defs/d%d\"}".formatted(i, i + 1))
                .collect(Collectors.joining(", "))
            + ", \"d500\": {}}}";
    String wide =
        "{\"anyOf\": ["
            + IntStream.range(0, 300)
                .mapToObj(i -> "{\"type\": \"string\", \"maxLength\": %d}".formatted(1_000 - i))
                .collect(Collectors.joining(", "))
            + "]}";
    for (String schema : List.of(deep, chained, wide)) {
      assertThatThrownBy(() -> start(schema)).isInstanceOf(UnsupportedSchemaException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"string\"}",
        "{\"type\": \"object\", \"properties\": {}}",
        "{\"type\": \"object\", \"additionalProperties\": true}",
        "{\"type\": \"object\", \"properties\": {\"a\": {}}, \"additionalProperties\": false}"
      })
  void strictSchemasAreClosedObjectsWithNothingOptional(String schema) {
    assertThatThrownBy(() -> Grammars.schema(JSON.readTree(schema), true))
        .isInstanceOf(UnsupportedSchemaException.class)
        .hasMessageContaining("strict");
  }

  private static Position start(String schema) {
    try {
      JsonNode node = JSON.readTree(schema);
      return Grammars.schema(node, false).start();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static boolean takes(Position start, String text) {
    Position at = start;
    for (byte label : text.getBytes(StandardCharsets.UTF_8)) {
      at = at.next(label);
    }
    return at.isComplete();
  }
}
