package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.inference.constraint.Constraint;
import dev.hone.inference.constraint.Grammars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers under a constraint, drawn by the engine in one batch with others. */
class ConstrainedAnswersTest {
  private static final int WINDOW = 2_000;
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCHEMA =
      """
      {"type": "object", "properties": {"city": {"type": "string", "maxLength": 12},
       "warm": {"type": "boolean"}}, "required": ["city", "warm"], "additionalProperties": false}""";

  private InferenceEngine engine;
  private FixedLogitsRunner runner;

  @AfterEach
  void stop() {
    engine.drain(Duration.ofSeconds(10));
  }

  @Test
  void aBatchOfRandomModelsSaysWhatItsSchemasTake() throws Exception {
    start(ConstrainedAnswersTest::random);
    var constraint = constraint(SCHEMA);
    List<Answer> answers = new ArrayList<>();
    for (int seed = 0; seed < 12; seed++) {
      answers.add(submit("p" + seed, params(seed, LogitBias.NONE, constraint)));
    }
    var free = submit("free", params(1, LogitBias.NONE, Optional.empty()));
    for (var answer : answers) {
      assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
      JsonNode said = JSON.readTree(answer.text());
      assertThat(said.path("city").isTextual() && said.path("warm").isBoolean()).isTrue();
      assertThat(said.size()).isEqualTo(2);
      assertThat(answer.ids()).endsWith(ByteTokenizer.END);
    }
    free.events();
  }

  @Test
  void anAnswerThatLostItsPlaceGoesOnWhereItWas() {
    var schema = constraint("{\"type\": \"string\", \"minLength\": 150, \"maxLength\": 200}");
    start(ConstrainedAnswersTest::random);
    var ample = drawn(schema);
    assertThat(engine.preemptions()).isZero();
    engine.drain(Duration.ofSeconds(10));
    start(ConstrainedAnswersTest::random);
    runner.memory = 3 * 180;
    var scarce = drawn(schema);
    assertThat(engine.preemptions()).isPositive();
    assertThat(scarce).isEqualTo(ample);
  }

  private List<String> drawn(Optional<Constraint> constraint) {
    var answers =
        IntStream.range(0, 3)
            .mapToObj(seed -> submit("p" + seed, params(seed, LogitBias.NONE, constraint)))
            .toList();
    assertThat(answers).extracting(Answer::reason).containsOnly(FinishReason.STOP);
    return answers.stream().map(Answer::text).toList();
  }

  @Test
  void aBoundMetFirstIsToldAsSuch() {
    start(ConstrainedAnswersTest::random);
    var bounded =
        new SamplingParams(1, 1, 0, 0, 7, 5, List.of(), LogitBias.NONE, 0)
            .heldTo(constraint(SCHEMA));
    var answer = submit("p", bounded);
    assertThat(answer.text()).isEqualTo("{\"cit");
    assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void whatIsBannedOrWantedGivesWayToTheConstraint() {
    start(ConstrainedAnswersTest::random);
    var bias = new LogitBias(0, 0, 1, Map.of((int) '{', -100.0, (int) ':', -100.0), 500, true);
    var answer = submit("p", params(3, bias, constraint("{\"enum\": [{\"a\": 1}]}")));
    assertThat(answer.text()).isEqualTo("{\"a\": 1}");
    assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void logProbabilitiesStayThoseOfTheModel() {
    start(_ -> FixedLogitsRunner.certain('x', ByteTokenizer.VOCABULARY));
    var answer = submit("p", params(3, LogitBias.NONE, constraint("{\"const\": 1}")));
    var first = (TokenEvent.Token) answer.events().getFirst();
    assertThat(first.id()).isEqualTo('1');
    assertThat(first.logprob()).isLessThan(-40);
    assertThat(first.sampledLogprob()).isZero();
    assertThat(first.alternatives().getFirst().id()).isEqualTo('x');
  }

  private static Optional<Constraint> constraint(String schema) {
    try {
      return Optional.of(
          new Constraint(
              Grammars.schema(JSON.readTree(schema), false), ByteTokenizer.vocabulary()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static SamplingParams params(long seed, LogitBias bias, Optional<Constraint> constraint) {
    return new SamplingParams(1, 1, 0, 0, seed, 1_000, List.of(), bias, 2).heldTo(constraint);
  }

  /** Logits by the tokens so far alone. */
  private static float[] random(int[] tokens) {
    var random = new SplittableRandom(Arrays.hashCode(tokens));
    float[] logits = new float[ByteTokenizer.VOCABULARY];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian() * 3;
    }
    return logits;
  }

  private void start(Function<int[], float[]> network) {
    runner = new FixedLogitsRunner(4, WINDOW, network);
    engine =
        new InferenceEngine(
            runner,
            ByteTokenizer::new,
            new int[] {ByteTokenizer.END},
            new EngineLimits(32, 4, 16, 2));
    engine.open("v", ModelRunner.BASE);
  }

  private Answer submit(String prompt, SamplingParams params) {
    var answer = new Answer();
    engine.submit(new GenerationRequest("v", ByteTokenizer.encode(prompt), params), answer);
    return answer;
  }
}
