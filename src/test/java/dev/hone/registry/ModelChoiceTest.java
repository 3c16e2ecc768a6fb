package dev.hone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelChoiceTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private ModelStore store;
  private ModelChoice choice;

  @BeforeEach
  void outOfReachOfTheHub() {
    store = new ModelStore(folder.resolve("models"));
    var progress =
        new Progress(new PrintStream(told, true, StandardCharsets.UTF_8), false, System::nanoTime);
    var hub = new HubClient(URI.create("http://hub.invalid"), Optional.empty());
    var cache = new BlobCache(folder.resolve("cache"), progress);
    var puller = new Puller(store, cache, hub, List.of("no-pip"), progress);
    choice = new ModelChoice(folder.resolve("data"), store, puller, progress);
  }

  private void install(Source source) {
    store.install(
        source.id(), source.origin(), to -> Files.writeString(to.resolve("config.json"), "{}"));
  }

  @Test
  void takesTheHubsModelFirst() {
    install(Source.SMOLLM2);
    assertThat(choice.make(Optional.empty())).isEqualTo("smollm2-135m-instruct");
  }

  @Test
  void takesTheOtherOneWhereTheHubIsOutOfReachAndSaysSo() {
    install(Source.SMOLLM2_Q4_1);
    assertThat(choice.make(Optional.empty())).isEqualTo("smollm2-135m-instruct-q4_1");
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("cannot be reached")
        .contains("taking smollm2-135m-instruct-q4_1");
  }

  @Test
  void neverChangesByItself() {
    install(Source.SMOLLM2_Q4_1);
    choice.make(Optional.empty());
    install(Source.SMOLLM2);
    assertThat(choice.make(Optional.empty())).isEqualTo("smollm2-135m-instruct-q4_1");
    assertThat(choice.make(Optional.of("smollm2-135m-instruct")))
        .isEqualTo("smollm2-135m-instruct");
    assertThat(choice.make(Optional.empty())).isEqualTo("smollm2-135m-instruct");
  }

  @Test
  void keepsNothingWhenNothingCouldBeBrought() {
    assertThatThrownBy(() -> choice.make(Optional.empty())).isInstanceOf(PullException.class);
    assertThat(folder.resolve("data/model")).doesNotExist();
  }
}
