package dev.hone.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.inference.constraint.Constraint;
import dev.hone.inference.constraint.Grammars;
import dev.hone.inference.load.AnswerClock;
import dev.hone.inference.load.AnswerTimes;
import dev.hone.inference.load.Load;
import dev.hone.inference.load.LoadLevel;
import dev.hone.inference.load.LoadPrompts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Measures the engine as a server has it, without HTTP around it. */
public final class EngineBenchmark implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(20);

  /** Numbers from there on, the same each time. */
  private static final int OWN_QUESTIONS = 1_000_000;

  /** Long enough for any answer here: the list goes on until the bound. */
  private static final String SCHEMA =
      """
      {"type": "object", "additionalProperties": false,
       "properties": {
         "name": {"type": "string", "maxLength": 40},
         "count": {"type": "integer"},
         "items": {"type": "array", "minItems": 200, "items": {"type": "object",
           "properties": {"id": {"type": "integer"}, "kind": {"enum": ["plain", "fancy"]}},
           "required": ["id", "kind"], "additionalProperties": false}}},
       "required": ["name", "count", "items"]}
      """;

  private final LoadedBase loaded;
  private final ServedModel model;
  private final Settings settings;
  private final LoadPrompts prompts;
  private final AtomicInteger numbers = new AtomicInteger();

  /**
   * @param clients one row each
   * @param requests of each client; 0 for as many as a percentile needs
   * @param promptTokens of every prompt, about
   * @param answerTokens of every answer
   * @param held clients of the rows with and without a schema
   * @param seed of the prompts
   */
  public record Settings(
      List<Integer> clients,
      int requests,
      int promptTokens,
      int answerTokens,
      int held,
      long seed) {}

  /**
   * @param schema the cost of holding answers to one
   * @param speculation what drafts bring one client
   */
  public record Report(List<LoadLevel> levels, SchemaCost schema, SpeculationGain speculation) {}

  /**
   * @param with tokens per second of one client's answers as the server is set
   * @param without the same where nothing is drafted
   */
  public record SpeculationGain(Alone with, Alone without) {}

  /**
   * @param ordinary tokens per second after the prompts of the levels, drawn at temperature 1
   * @param repeating the same where the prompt repeats itself and the answer goes on with it
   * @param use drafts of all that
   */
  public record Alone(double ordinary, double repeating, SpeculationUse use) {}

  /**
   * @param free tokens per second of answers that may say anything
   * @param held the same of answers held to a schema
   * @param percent of throughput that it costs
   */
  public record SchemaCost(int clients, double free, double held, double percent) {}

  private EngineBenchmark(LoadedBase loaded, Settings settings) {
    this.loaded = loaded;
    this.settings = settings;
    this.model = loaded.model(loaded.base());
    this.prompts =
        LoadPrompts.of(
            settings.seed(),
            settings.promptTokens(),
            messages -> model.format().prompt(messages).length);
    loaded.open(model.version(), Optional.empty());
  }

  /**
   * @param progress told what was measured
   * @throws InterruptedException when the calling thread is
   */
  public static Report run(InferenceConfig config, Settings settings, Consumer<LoadLevel> progress)
      throws InterruptedException {
    List<LoadLevel> levels;
    SchemaCost schema;
    Alone with;
    try (var benchmark = new EngineBenchmark(new ModelLoader(config).load(), settings)) {
      levels = benchmark.levels(progress);
      schema = benchmark.schema();
      with = benchmark.alone();
    }
    var undrafted = new ModelLoader(BenchmarkConfig.undrafted(config));
    try (var benchmark = new EngineBenchmark(undrafted.load(), settings)) {
      return new Report(levels, schema, new SpeculationGain(with, benchmark.alone()));
    }
  }

  private List<LoadLevel> levels(Consumer<LoadLevel> progress) throws InterruptedException {
    once(Math.min(settings.held(), 4), Optional.empty()); // a warm-up
    var levels = new ArrayList<LoadLevel>();
    for (int clients : settings.clients()) {
      var load = Load.of(settings.requests(), clients, Duration.ZERO);
      levels.add(load.run(clients, numbers, number -> answer(number, Optional.empty())));
      progress.accept(levels.getLast());
    }
    return List.copyOf(levels);
  }

  /** The same questions with and without drafts, after one of each for a warm-up. */
  private Alone alone() throws InterruptedException {
    var own = new AtomicInteger(OWN_QUESTIONS);
    var before = loaded.engine().speculationUse();
    ordinary(own, 1);
    repeating(own, 1);
    double ordinary = ordinary(own, 2);
    double repeating = repeating(own, 2);
    return new Alone(ordinary, repeating, loaded.engine().speculationUse().since(before));
  }

  /** Likeliest words after words without sense soon repeat themselves; others do not. */
  private double ordinary(AtomicInteger own, int answers) throws InterruptedException {
    return new Load(answers, Duration.ZERO)
        .run(1, own, number -> answer(model.format().prompt(prompts.messages(number)), sampling(1)))
        .tokensPerSecond();
  }

  private double repeating(AtomicInteger own, int answers) throws InterruptedException {
    var tokenizer = model.format().tokenizer();
    return new Load(answers, Duration.ZERO)
        .run(1, own, number -> answer(tokenizer.encode(prompts.repeating(number)), sampling(0)))
        .tokensPerSecond();
  }

  /** One way, the other way twice, and the one again: a machine that slows down favours neither. */
  private SchemaCost schema() throws InterruptedException {
    var held = Optional.of(constraint());
    once(1, held);
    double free = once(settings.held(), Optional.empty());
    double tied = once(settings.held(), held) + once(settings.held(), held);
    free += once(settings.held(), Optional.empty());
    return new SchemaCost(settings.held(), free / 2, tied / 2, 100 * (1 - tied / free));
  }

  private double once(int clients, Optional<Constraint> constraint) throws InterruptedException {
    return new Load(1, Duration.ZERO)
        .run(clients, numbers, number -> answer(number, constraint))
        .tokensPerSecond();
  }

  private Constraint constraint() {
    try {
      var schema = new JsonMapper().readTree(SCHEMA);
      return model.constraints().of(SCHEMA, () -> Grammars.schema(schema, false));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private AnswerTimes answer(int number, Optional<Constraint> constraint) throws Exception {
    return answer(model.format().prompt(prompts.messages(number)), sampling(0).heldTo(constraint));
  }

  private AnswerTimes answer(int[] prompt, SamplingParams sampling) throws Exception {
    var answer = new CompletableFuture<AnswerTimes>();
    var clock = new AnswerClock(System::nanoTime);
    var count = new AtomicInteger();
    loaded
        .engine()
        .submit(
            new GenerationRequest(model.version(), prompt, sampling),
            event -> {
              switch (event) {
                case TokenEvent.Token token -> {
                  count.incrementAndGet();
                  clock.hear(token.text());
                }
                case TokenEvent.Finished finished -> {
                  clock.hear(finished.tail());
                  answer.complete(clock.ended(prompt.length, finished.cachedTokens(), count.get()));
                }
                case TokenEvent.Failed(RuntimeException cause) ->
                    answer.completeExceptionally(cause);
              }
            });
    return answer.get();
  }

  private SamplingParams sampling(double temperature) {
    int tokens = settings.answerTokens();
    var bias = new LogitBias(0, 0, 1, Map.of(), tokens, true);
    return new SamplingParams(temperature, 1, 0, 0, settings.seed(), tokens, List.of(), bias, 0);
  }

  @Override
  public void close() {
    loaded.engine().drain(DRAIN);
    loaded.close();
  }
}
