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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelChoiceTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private ModelStore store;
  private ModelChoice choice;

  @BeforeEach
  void outOfReachOfTheHub() {
    choose(URI.create("http://hub.invalid"));
  }

  private void choose(URI endpoint) {
    store = new ModelStore(folder.resolve("models"));
    var progress =
        new Progress(new PrintStream(told, true, StandardCharsets.UTF_8), false, System::nanoTime);
    var hub = HubClient.of(Map.of("HF_ENDPOINT", endpoint.toString()));
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
  void aLookChangesNothing() {
    install(Source.SMOLLM2);
    install(Source.SMOLLM2_Q4_1);
    choice.make(Optional.of("smollm2-135m-instruct"));
    assertThat(choice.look(Optional.of("smollm2-135m-instruct-q4_1")))
        .isEqualTo("smollm2-135m-instruct-q4_1");
    assertThat(choice.look(Optional.empty())).isEqualTo("smollm2-135m-instruct");
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

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void takesTheOtherOneWhereTheHubIsBusyOrBroken(int status) {
    try (var hub = new FakeHub()) {
      hub.listingStatus = status;
      choose(hub.uri());
      install(Source.SMOLLM2_Q4_1);
      assertThat(choice.make(Optional.empty())).isEqualTo("smollm2-135m-instruct-q4_1");
      assertThat(told.toString(StandardCharsets.UTF_8))
          .contains("answers " + status)
          .contains("taking smollm2-135m-instruct-q4_1");
    }
  }

  @Test
  void aModelThatWasAskedForIsNotReplacedByAnother() {
    try (var hub = new FakeHub()) {
      choose(hub.uri());
      install(Source.SMOLLM2_Q4_1);
      hub.listingStatus = 429;
      assertThatThrownBy(() -> choice.make(Optional.of("smollm2-135m-instruct")))
          .hasMessageContaining("answers 429 (try again later)");
      hub.listingStatus = 500;
      assertThatThrownBy(() -> choice.make(Optional.of("someone/tiny")))
          .hasMessageContaining("answers 500 (try again later)");
      hub.listingStatus = 403;
      hub.errorCode = "GatedRepo";
      assertThatThrownBy(() -> choice.make(Optional.of("someone/tiny")))
          .hasMessageContaining("is private, gated or does not exist");
      assertThat(folder.resolve("data/model")).doesNotExist();
    }
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
