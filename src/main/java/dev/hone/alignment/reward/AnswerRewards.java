package dev.hone.alignment.reward;

import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.SettingsReader;
import dev.hone.inference.EngineStoppedException;
import dev.hone.inference.FreeMemory;
import dev.hone.inference.TooLittleMemoryException;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.ModelFormatException;
import dev.hone.model.UnsupportedModelException;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RegistryException;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardModels;
import dev.hone.registry.UnknownModelException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Rewards answers while they are served, by the reward model that the settings name. It is loaded
 * when it is first wanted, in f32 and beside the engine, and runs on a platform thread of its own.
 */
@ApplicationScoped
public class AnswerRewards {
  private static final Logger LOG = Logger.getLogger(AnswerRewards.class);

  /** Answers that are drawn at once. */
  private static final int MOST = 16;

  private final RewardModels models;
  private final RewardConfig.Rewards config;
  private final FreeMemory memory;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("reward-model").factory());

  private final Set<String> warned = ConcurrentHashMap.newKeySet();

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

  /**
   * @param memory that it takes, in bytes
   */
  private record Loaded(String id, ChatFormat format, RewardScorer scorer, long memory) {}

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
   * @throws RewardsUnavailableException when there is none of that name, it is damaged, or its base
   *     is another here
   * @throws TooLittleMemoryException when there is none for it beside the engine
   */
  public void load(List<Message> messages) {
    try {
      on(() -> current().format().prompt(messages));
    } catch (RewardsUnavailableException e) {
      warn(e.getMessage(), e);
      throw e;
    } catch (TooLittleMemoryException e) {
      warn("too little memory", e);
      throw e;
    }
  }

  /**
   * Rewards answers to one conversation, by the model that was loaded for it and what the reward
   * model's own template and tokens make of them. What is too long for it is cut as in training:
   * answers behind, the conversation in front.
   *
   * @return a reward each
   */
  public double[] of(List<Message> messages, List<Said> answers) {
    return on(
        () -> {
          Loaded model = loaded == null ? current() : loaded;
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

  /** The one that the settings name now, loaded in place of the one before. */
  private Loaded current() {
    return orUnavailable(
        () -> {
          String id = models.resolve(config.model().orElseThrow());
          return loaded != null && loaded.id().equals(id) ? loaded : load(id);
        });
  }

  private Loaded load(String id) {
    RewardFolder wanted = models.open(id);
    Path base = models.base(wanted);
    var format = ChatFormat.load(base);
    long needed = RewardScorer.resources(base, wanted.path(), /* ownsBase= */ true).memory();
    long freed = loaded == null ? 0 : loaded.memory();
    TooLittleMemoryException.check(id, needed - freed, memory);
    forget();
    loaded = new Loaded(id, format, RewardScorer.open(base, wanted.path()), needed);
    LOG.infof("Answers are rewarded by %s", id);
    return loaded;
  }

  private static <T> T orUnavailable(Supplier<T> wanted) {
    try {
      return wanted.get();
    } catch (UnknownModelException
        | RegistryException
        | ModelFormatException
        | UnsupportedModelException
        | UncheckedIOException e) {
      throw new RewardsUnavailableException(e);
    }
  }

  /** Whoever set what cannot work learns of it before somebody asks. */
  void warn(@Observes StartupEvent event) {
    if (available()) {
      try {
        orUnavailable(() -> models.open(config.model().orElseThrow()));
      } catch (RewardsUnavailableException e) {
        warn(e.getMessage(), e);
      }
    } else if (bestOf() > 1) {
      LOG.warn("hone.rewards.best-of is set, but nothing is chosen without hone.rewards.model");
    }
  }

  /** Once for each cause, since every completion that is not chosen may meet it. */
  private void warn(String cause, RuntimeException e) {
    if (warned.add(cause)) {
      LOG.warnf("Answers are drawn once unless best_of is asked for: %s", e.getMessage());
    }
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
