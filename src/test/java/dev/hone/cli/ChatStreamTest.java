package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatStreamTest {
  private final List<String> pieces = new ArrayList<>();

  private ChatStream.Answer read(String... events) throws IOException {
    var stream = String.join("\n\n", events) + "\n\n";
    return ChatStream.read(
        new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)), pieces::add);
  }

  @Test
  void joinsThePiecesUntilDone() throws Exception {
    var answer =
        read(
            "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}",
            "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Zür\"}}]}",
            ": comment",
            "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"ich\"},\"finish_reason\":\"stop\"}]}",
            "data: [DONE]");
    assertThat(answer).isEqualTo(new ChatStream.Answer("c1", "m", "Zürich", "stop"));
    assertThat(pieces).contains("Zür", "ich");
  }

  @Test
  void anErrorInTheMiddleIsTheServersOwn() {
    assertThatThrownBy(() -> read("data: {\"error\":{\"message\":\"out of memory\"}}"))
        .isInstanceOf(ServerException.class)
        .hasMessage("out of memory");
  }

  @Test
  void anEndBeforeTheEndIsAnError() {
    assertThatThrownBy(() -> read("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("broke off");
  }
}
