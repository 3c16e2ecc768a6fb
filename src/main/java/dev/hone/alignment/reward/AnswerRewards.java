package dev.hone.alignment.reward;

import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.SettingsReader;
import dev.hone.inference.EngineStoppedException;
import dev.hone.inference.FreeMemory;
import dev.hone.inference.TooLittleMemoryException;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardModels;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Rewards answers while they are served, by the reward model that the settings name. It is loaded
 * when it is first wanted, in f32 and beside the engine, and runs on a platform thread of its own.
 */
@ApplicationScoped
public class AnswerRewards {
  /** Answers that are drawn at once. */
  private static final int MOST = 16;

  private final RewardModels models;
  private final RewardConfig.Rewards config;
  private final FreeMemory memory;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("reward-model").factory());

  /** Confined to the thread; null before the first use. */
  private Loaded loaded;

  @Inject
  AnswerRewards(RewardConfig config) {
    this(config, FreeMemory.OF_THIS_MACHINE);
  }

  AnswerRewards(RewardConfig config, FreeMemory memory) {
    this.memory = memory;
    this.models = new RewardModels(new ModelStore(config.models()));
    this.config = config.rewards();
    SettingsReader.require(
        this.config.bestOf() >= 1 && this.config.bestOf() <= MOST,
        "hone.rewards.best-of",
        "from 1 to " + MOST);
  }

  /**
   * @param ended whether the answer's turn has ended, rather than been cut
   */
  public record Said(String text, boolean ended) {}

  private record Loaded(String id, ChatFormat format, RewardScorer scorer) {}

  /** Whether there is a reward model by the settings. */
  public boolean available() {
    return config.model().isPresent();
  }

  /** Answers of which the best is given where nobody says. */
  public int bestOf() {
    return config.bestOf();
  }

  /**
   * Loads the reward model, unless it is, so that answers to a conversation can be rewarded.
   *
   * @throws dev.hone.model.MessagesRefusedException when its template has no place for these
   *     messages, whatever that of the model has that answers
   * @throws dev.hone.model.jinja.TemplateException when it fails on them
   * @throws dev.hone.registry.UnknownModelException when there is none of that name
   * @throws dev.hone.registry.RegistryException when it is damaged, or its base is another here
   * @throws TooLittleMemoryException when there is none for it beside the engine
   */
  public void load(List<Message> messages) {
    on(() -> current().format().prompt(messages));
  }

  /**
   * Rewards answers to one conversation, by what the reward model's own template and tokens make of
   * them. What is too long for it is cut as in training: answers behind, the conversation in front.
   *
   * @return a reward each
   */
  public double[] of(List<Message> messages, List<Said> answers) {
    return on(
        () -> {
          Loaded model = current();
          int window = model.scorer().window();
          int[] prompt = model.format().prompt(messages);
          int most = window - Math.min(prompt.length, window / 2);
          var tokens = answers.stream().map(said -> tokens(model.format(), said, most)).toList();
          int longest = tokens.stream().mapToInt(answer -> answer.length).max().orElse(0);
          int from = Math.max(0, prompt.length - (window - longest));
          int[] kept = Arrays.copyOfRange(prompt, from, prompt.length);
          return model.scorer().score(kept, tokens);
        });
  }

  /** An answer that says nothing is its end. */
  private static int[] tokens(ChatFormat format, Said said, int most) {
    int[] whole = format.answer(said.text());
    int length = said.ended() ? whole.length : Math.max(1, whole.length - 1);
    return Arrays.copyOf(whole, Math.min(length, most));
  }

  private Loaded current() {
    String id = models.resolve(config.model().orElseThrow());
    if (loaded == null || !loaded.id().equals(id)) {
      RewardFolder wanted = models.open(id);
      forget();
      var base = models.base(wanted);
      long needed = RewardScorer.resources(base, wanted.path(), /* ownsBase= */ true).memory();
      TooLittleMemoryException.check(id, needed, memory);
      loaded = new Loaded(id, ChatFormat.load(base), RewardScorer.open(base, wanted.path()));
    }
    return loaded;
  }

  private void forget() {
    if (loaded != null) {
      loaded.scorer().close();
      loaded = null;
    }
  }

  private <T> T on(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, thread).join();
    } catch (RejectedExecutionException e) {
      throw new EngineStoppedException();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  void stop(@Observes ShutdownEvent event) {
    thread.execute(this::forget);
    thread.shutdown();
  }
}
