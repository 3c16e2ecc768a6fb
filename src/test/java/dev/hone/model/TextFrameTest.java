package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class TextFrameTest {
  private static final String TEMPLATE =
      """
      {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "</s>", "type_id": 0}}],
       "pair": [],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]},
                          "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}""";
  private static final String BYTE_LEVEL = "{\"type\": \"ByteLevel\"}";

  @Test
  void aTemplatePutsItsTokensAroundTheText() {
    assertThat(around(TEMPLATE)).containsExactly(1, 7, 8, 2);
    assertThat(
            around(
                "{\"type\": \"Sequence\", \"processors\": [" + BYTE_LEVEL + "," + TEMPLATE + "]}"))
        .containsExactly(1, 7, 8, 2);
  }

  @Test
  void othersPutNothingThere() {
    assertThat(around(BYTE_LEVEL)).containsExactly(7, 8);
    assertThat(around("null")).containsExactly(7, 8);
  }

  private static int[] around(String postProcessor) {
    try {
      return TextFrame.of(new JsonMapper().readTree(postProcessor)).around(new int[] {7, 8});
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
