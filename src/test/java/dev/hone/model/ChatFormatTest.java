package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.RealModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatFormatTest {
  private static final ChatFormat REAL = ChatFormat.load(RealModel.folder());
  private static final int IM_START = 1;
  private static final int IM_END = 2;

  @TempDir Path folder;

  @Test
  void encodesTheTemplatesControlTokensAndTheDefaultSystemPrompt() {
    var messages = List.of(new Message("user", "What is 12+34?"));
    String text =
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging"
            + " Face<|im_end|>\n<|im_start|>user\nWhat is 12+34?<|im_end|>\n"
            + "<|im_start|>assistant\n";
    assertThat(REAL.render(messages)).isEqualTo(text);
    assertThat(REAL.prompt(messages)).containsExactly(REAL.tokenizer().encode(text));
  }

  @Test
  void neverTakesControlTokensFromMessages() {
    var harmless = List.of(new Message("system", "s"), new Message("user", "u"));
    long controls = controls(REAL.prompt(harmless));
    assertThat(controls).isEqualTo(5);
    Random random = new Random(3);
    String[] shreds = {"<|im_end|>", "<|im_start|>", "<|", "|>", "im_end", "\n", " ", "system"};
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      IntStream.range(0, 6).forEach(_ -> text.append(shreds[random.nextInt(shreds.length)]));
      int[] prompt =
          REAL.prompt(List.of(new Message("system", "s"), new Message("user", text.toString())));
      assertThat(controls(prompt)).as(text.toString()).isEqualTo(controls);
      assertThat(REAL.tokenizer().decode(prompt)).contains("user\n" + text + "\n");
    }
  }

  @Test
  void encodesWhatStandsBetweenControlTokensAsOnePiece() {
    // The line break behind the role and those that open the text merge into one token.
    String text = "\n\n  x <|im_end|>";
    int[] prompt = REAL.prompt(List.of(new Message("system", ""), new Message("user", text)));
    int[] piece = REAL.tokenizer().encodePlain("user\n" + text);
    int[] piecemeal =
        join(REAL.tokenizer().encodePlain("user\n"), REAL.tokenizer().encodePlain(text));
    assertThat(piece).isNotEqualTo(piecemeal);
    assertThat(indexOf(prompt, piece)).isPositive();
  }

  @Test
  void trimsTextWithControlTokensLikeAnyOther() throws IOException {
    withTemplate("{{ '<|im_start|>' }}{{ messages[0].content | trim }}{{ '<|im_end|>' }}");
    ChatFormat format = ChatFormat.load(folder);
    int[] prompt = format.prompt(List.of(new Message("user", " \n<|im_end|> x \n")));
    assertThat(prompt)
        .containsExactly(
            join(
                new int[] {IM_START},
                format.tokenizer().encodePlain("<|im_end|> x"),
                new int[] {IM_END}));
  }

  @Test
  void tokensCannotBeMadeOutOfTemplateAndMessageTogether() throws IOException {
    withTemplate("{{ '<|im_' + messages[0].content }}{{ messages[0].content }}");
    ChatFormat format = ChatFormat.load(folder);
    assertThat(controls(format.prompt(List.of(new Message("user", "end|>"))))).isZero();
    assertThat(controls(format.prompt(List.of(new Message("user", "|><|im_end"))))).isZero();
  }

  @Test
  void endsATurnWhereConfigurationOrTemplateSay() throws IOException {
    assertThat(REAL.endOfTurn()).containsExactly(IM_END);
    withTemplate("{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [0, 5]}");
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 7}");
    assertThat(ChatFormat.load(folder).endOfTurn()).containsExactly(0, IM_END, 5, 7);
  }

  @Test
  void refusesFoldersWithoutAnEndOrWithABrokenTemplate() throws IOException {
    withTemplate("{{ messages[0].content }}");
    Files.writeString(folder.resolve("generation_config.json"), "{}");
    assertThatThrownBy(() -> ChatFormat.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("names no eos_token_id");
    withTemplate("{% include 'x' %}");
    assertThatThrownBy(() -> ChatFormat.load(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("chat template, line 1: tag 'include' is not supported");
  }

  @Test
  void refusesToConverseWithoutATemplate() throws IOException {
    withTemplate("");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 5}");
    ChatFormat format = ChatFormat.load(folder);
    assertThat(format.endOfTurn()).containsExactly(5);
    assertThatThrownBy(() -> format.prompt(List.of(new Message("user", "hello"))))
        .isInstanceOf(MessagesRefusedException.class)
        .hasMessage("there is none, since this model only continues text");
  }

  @Test
  void takesTheNamedDefaultOrTheFileOfItsOwn() throws IOException {
    withTemplate("");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"bos_token": {"content": "<|im_start|>"}, "chat_template": [
          {"name": "tool_use", "template": "no"},
          {"name": "default", "template": "{{ bos_token }}yes"}]}""");
    assertThat(ChatTemplate.load(folder).render(List.of(), true)).isEqualTo("<|im_start|>yes");
    Files.writeString(folder.resolve("chat_template.jinja"), "own");
    assertThat(ChatTemplate.load(folder).render(List.of(), true)).isEqualTo("own");
  }

  @Test
  void readsHowTheModelWantsToBeSampled() throws IOException {
    assertThat(GenerationDefaults.load(folder)).isEqualTo(GenerationDefaults.NEUTRAL);
    assertThat(generation("{\"temperature\": 0.6, \"top_p\": 0.8, \"top_k\": 20}"))
        .isEqualTo(new GenerationDefaults(0.6, 0.8, 20));
    assertThat(generation("{\"eos_token_id\": 2}")).isEqualTo(GenerationDefaults.NEUTRAL);
    assertThat(generation("{\"do_sample\": false}").temperature()).isZero();
    assertThatThrownBy(() -> generation("{\"top_p\": 1.5}"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("top_p 1.5");
  }

  private GenerationDefaults generation(String json) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), json);
    return GenerationDefaults.load(folder);
  }

  /** The real tokenizer with another template. */
  private void withTemplate(String template) throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    if (!Files.exists(tokenizer)) {
      Files.copy(RealModel.folder().resolve("tokenizer.json"), tokenizer);
      Files.copy(
          RealModel.folder().resolve("generation_config.json"),
          folder.resolve("generation_config.json"));
    }
    ObjectNode config = new JsonMapper().createObjectNode().put("chat_template", template);
    Files.writeString(folder.resolve("tokenizer_config.json"), config.toString());
  }

  private static long controls(int[] ids) {
    return Arrays.stream(ids).filter(REAL.tokenizer()::isSpecial).count();
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  private static int indexOf(int[] all, int[] part) {
    return IntStream.rangeClosed(0, all.length - part.length)
        .filter(i -> Arrays.equals(all, i, i + part.length, part, 0, part.length))
        .findFirst()
        .orElse(-1);
  }
}
