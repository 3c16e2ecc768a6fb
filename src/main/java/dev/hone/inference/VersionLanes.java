package dev.hone.inference;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Which versions have a lane in the engine. One is loaded when it is first asked for, and goes when
 * nobody has asked for it lately and others want its place; the base and the active version stay.
 */
final class VersionLanes {
  /** Versions that are kept beside the base and the active one. */
  static final int SPARE = 4;

  /** How long whoever was told of a version may take to submit a request to it. */
  static final Duration IN_USE = Duration.ofSeconds(10);

  private final LoadedBase loaded;
  private final Executor loader;
  private final LongSupplier nanoTime;

  /** Guards the two fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, Entry> entries = new HashMap<>();
  private String active;

  /**
   * @param loader takes one task at a time, on a platform thread
   * @param nanoTime {@link System#nanoTime}
   */
  VersionLanes(LoadedBase loaded, Executor loader, LongSupplier nanoTime) {
    this.loaded = loaded;
    this.loader = loader;
    this.nanoTime = nanoTime;
    this.active = loaded.base();
  }

  private static final class Entry {
    private final CompletableFuture<ServedModel> model;
    private long askedNanos;

    Entry(CompletableFuture<ServedModel> model, long askedNanos) {
      this.model = model;
      this.askedNanos = askedNanos;
    }
  }

  Engine engine() {
    return loaded.engine();
  }

  String base() {
    return loaded.base();
  }

  /** The version's lane stays from now on; the one that was active may go when it is idle. */
  void activate(String version) {
    lock.lock();
    try {
      active = version;
    } finally {
      lock.unlock();
    }
  }

  /** A version that has a lane, or is about to: waits for it then. */
  Optional<ServedModel> find(String version) {
    return entry(version).map(VersionLanes::await);
  }

  /**
   * A version with its lane, loaded now if it has none.
   *
   * @param manifestSha256 what its manifest must be, if known
   * @param anyway also when more versions than there are places for are in use
   * @throws EngineBusyException when there is no place for it
   * @throws EngineStoppedException when the server is stopping
   * @throws dev.hone.registry.RegistryException when its files are not those published
   * @throws TooLittleMemoryException when it has weights of its own that there is no memory for
   */
  ServedModel load(String version, Optional<String> manifestSha256, boolean anyway) {
    return await(entry(version, manifestSha256, anyway));
  }

  private Optional<Entry> entry(String version) {
    lock.lock();
    try {
      entries.values().removeIf(entry -> entry.model.isCompletedExceptionally());
      var entry = Optional.ofNullable(entries.get(version));
      entry.ifPresent(it -> it.askedNanos = nanoTime.getAsLong());
      return entry;
    } finally {
      lock.unlock();
    }
  }

  private Entry entry(String version, Optional<String> manifestSha256, boolean anyway) {
    lock.lock();
    try {
      var there = entry(version);
      if (there.isPresent()) {
        return there.get();
      }
      makePlace(version, anyway);
      var entry = new Entry(loading(version, manifestSha256), nanoTime.getAsLong());
      entries.put(version, entry);
      return entry;
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<ServedModel> loading(String version, Optional<String> manifestSha256) {
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            open(version, manifestSha256);
            return loaded.model(version);
          },
          loader);
    } catch (RejectedExecutionException e) {
      throw new EngineStoppedException();
    }
  }

  /** Where there is too little memory, versions that nobody uses give theirs up. */
  private void open(String version, Optional<String> manifestSha256) {
    while (true) {
      try {
        loaded.open(version, manifestSha256);
        return;
      } catch (TooLittleMemoryException e) {
        var idle = takeIdle(loaded::hasOwnWeights);
        if (idle.isEmpty() || !loaded.retire(idle.get(), IN_USE)) {
          throw e;
        }
      }
    }
  }

  private void makePlace(String newcomer, boolean anyway) {
    if (stays(newcomer)
        || entries.keySet().stream().filter(version -> !stays(version)).count() < SPARE) {
      return;
    }
    var oldest = takeIdle(_ -> true);
    if (oldest.isPresent()) {
      loaded.retire(oldest.get());
    } else if (!anyway) {
      throw EngineBusyException.tooManyVersions(IN_USE);
    }
  }

  /** Of those that may go the one asked for longest ago, which has no entry any more. */
  private Optional<String> takeIdle(Predicate<String> which) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      var oldest =
          entries.entrySet().stream()
              .filter(entry -> !stays(entry.getKey()) && entry.getValue().model.isDone())
              .filter(entry -> which.test(entry.getKey()))
              .filter(entry -> now - entry.getValue().askedNanos > IN_USE.toNanos())
              .max(Comparator.comparingLong(entry -> now - entry.getValue().askedNanos))
              .map(Map.Entry::getKey);
      oldest.ifPresent(entries::remove);
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  private boolean stays(String version) {
    return version.equals(loaded.base()) || version.equals(active);
  }

  /** Lets the base go, once the engine has stopped and nothing is being loaded any more. */
  void close() {
    loaded.close();
  }

  private static ServedModel await(Entry entry) {
    try {
      return entry.model.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
