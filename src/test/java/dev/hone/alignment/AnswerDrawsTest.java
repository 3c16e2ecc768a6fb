package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.PolicySampler.Bounds;
import dev.hone.inference.PolicySampler.Drawing;
import dev.hone.inference.SamplingProgress;
import dev.hone.inference.Torch;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerDrawsTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final int EACH = 4;

  /** More than two parts of 16 prompts. */
  private static final int PROMPTS = 35;

  @TempDir Path folder;

  private NDManager manager;
  private PolicySampler sampler;

  @BeforeEach
  void open() {
    manager = Torch.manager();
    var bounds = Bounds.ample(8, 32, MODEL.architecture());
    sampler = new PolicySampler(manager, MODEL.folder(), Precision.F32, bounds);
  }

  @AfterEach
  void close() {
    sampler.close();
    manager.close();
  }

  @Test
  void everyPromptHasItsAnswersAndTheyDiffer() {
    var drawn = texts(new AnswerDraws(folder, order(1)).draw(sampler, _ -> {}));
    assertThat(drawn).hasSize(PROMPTS).allSatisfy(answers -> assertThat(answers).hasSize(EACH));
    assertThat(new HashSet<>(drawn.getFirst())).hasSize(EACH);
    assertThat(drawn).isNotEqualTo(texts(new AnswerDraws(folder, order(2)).draw(sampler, _ -> {})));
  }

  @Test
  void whoeverWasStoppedGoesOnWithTheSameAnswers() {
    var whole = texts(new AnswerDraws(folder.resolve("whole"), order(1)).draw(sampler, _ -> {}));
    Path kept = folder.resolve("kept");
    assertThatThrownBy(
            () ->
                new AnswerDraws(kept, order(1))
                    .draw(
                        sampler,
                        progress -> {
                          if (progress.ended() > 70) {
                            throw new CancelledException("enough");
                          }
                        }))
        .isInstanceOf(CancelledException.class);
    var reports = new ArrayList<SamplingProgress>();
    var resumed = new AnswerDraws(kept, order(1)).draw(sampler, reports::add);
    assertThat(texts(resumed)).isEqualTo(whole);
    assertThat(reports.getFirst().ended()).as("one part was kept").isEqualTo(64);
    assertThat(reports).extracting(SamplingProgress::ended).isSorted();
    assertThat(reports.getLast().ended()).isEqualTo(PROMPTS * EACH);
    long tokens =
        resumed.stream().skip(16).flatMap(List::stream).mapToLong(d -> d.tokens().length).sum();
    assertThat(reports.getLast().tokens()).isEqualTo(tokens);
    assertThat(texts(new AnswerDraws(kept, order(1)).draw(sampler, _ -> fail()))).isEqualTo(whole);
  }

  private static void fail() {
    throw new AssertionError("nothing is left to be drawn");
  }

  @Test
  void aDamagedPartIsDrawnAgain() throws IOException {
    assertDrawnAgain(_ -> "[");
  }

  @Test
  void aPartWithAnotherTokenIsDrawnAgain() throws IOException {
    assertDrawnAgain(part -> part.replaceFirst("\"tokens\":\\[", "\"tokens\":[7,"));
  }

  private void assertDrawnAgain(UnaryOperator<String> damage) throws IOException {
    var whole = texts(new AnswerDraws(folder, order(1)).draw(sampler, _ -> {}));
    try (var files = Files.walk(folder)) {
      Path part = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      String damaged = damage.apply(Files.readString(part));
      assertThat(damaged).isNotEqualTo(Files.readString(part));
      Files.writeString(part, damaged);
    }
    assertThat(texts(new AnswerDraws(folder, order(1)).draw(sampler, _ -> {}))).isEqualTo(whole);
    assertThat(texts(new AnswerDraws(folder, order(1)).draw(sampler, _ -> fail())))
        .isEqualTo(whole);
  }

  private static AnswerDraws.Order order(long seed) {
    var prompts = IntStream.range(0, PROMPTS).mapToObj(i -> new int[] {i % 60, 3, i % 7}).toList();
    return new AnswerDraws.Order("base", prompts, EACH, new Drawing(1, 6, new int[] {5}), seed);
  }

  private static List<List<String>> texts(List<List<AnswerDraws.Draw>> drawn) {
    return drawn.stream()
        .map(answers -> answers.stream().map(AnswerDrawsTest::text).toList())
        .toList();
  }

  private static String text(AnswerDraws.Draw draw) {
    return Arrays.toString(draw.tokens()) + draw.ended();
  }
}
