package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AnswerDraws.Draw;
import dev.hone.alignment.Figures;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.ppo.RewardModelGrader.Read;
import dev.hone.model.LoraAdapter;
import dev.hone.model.ScalarHead;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardModelGraderTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final int[][] PROMPTS = {{3, 4, 5}, {6, 7}, {8, 9, 10, 11}};

  private final Random random = new Random(7);

  @TempDir Path version;

  private NDManager manager;
  private RewardModelGrader grader;

  /** How often each prompt was asked about at once with how many responses. */
  private final List<List<Integer>> asked = new ArrayList<>();

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    var net = MODEL.architecture();
    try (var adapter = LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), net);
        var head = ScalarHead.load(manager, SmallModel.resource("golden/reward"), net)) {
      adapter.save(version, net, "small");
      head.save(version, net);
    }
    grader =
        new RewardModelGrader(new RewardScorer(manager, MODEL.folder(), version), this::branches);
  }

  @AfterEach
  void close() {
    grader.close();
    manager.close();
  }

  /** Says of each first response that it was cut. */
  private Read branches(int prompt, List<Draw> responses) {
    asked.add(List.of(prompt, responses.size()));
    return new Read(Read.asDrawn(PROMPTS[prompt], responses).branches(), 1);
  }

  @Test
  void aPromptIsReadOnceForAllItsResponsesAndScoresStayInTheirOrder() {
    var responses =
        IntStream.of(0, 1, 0, 2, 1, 0).mapToObj(prompt -> response(prompt, 5 + prompt)).toList();
    var figures = new Figures();
    double[] scores = grader.grade(responses, figures);
    assertThat(asked).containsExactly(List.of(0, 3), List.of(1, 2), List.of(2, 1));
    assertThat(scores).containsExactly(oneByOne(responses), within(1e-5)).doesNotHaveDuplicates();
    figures.add(Figures.LOSS, 0);
    assertThat(figures.metrics().get("completions/cut_for_reward")).isEqualTo(0.5, within(1e-12));
  }

  @Test
  void moreResponsesToAPromptThanFitAtOnceKeepTheirOrder() {
    var responses =
        IntStream.range(0, 60).mapToObj(i -> response(i % 2, /* length= */ 80)).toList();
    assertThat(grader.grade(responses, new Figures()))
        .containsExactly(oneByOne(responses), within(1e-5));
  }

  private Response response(int prompt, int length) {
    int[] tokens = random.ints(length, 1, 60).toArray();
    return new Response(prompt, tokens, /* ended= */ true, new float[length]);
  }

  private double[] oneByOne(List<Response> responses) {
    return responses.stream()
        .mapToDouble(response -> grader.grade(List.of(response), new Figures())[0])
        .toArray();
  }
}
