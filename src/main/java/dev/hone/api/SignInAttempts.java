package dev.hone.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Bounds how often keys can be tried from one address. */
@ApplicationScoped
class SignInAttempts {
  static final int PER_WINDOW = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 10_000;

  private final Clock clock;

  /** Guards the map. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, Attempts> byAddress =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  private record Attempts(Instant since, int count) {}

  @Inject
  SignInAttempts() {
    this(Clock.systemUTC());
  }

  SignInAttempts(Clock clock) {
    this.clock = clock;
  }

  /**
   * @throws TooManyAttemptsException when the address has none left for now
   */
  void spend(String address) {
    Instant now = clock.instant();
    lock.lock();
    try {
      Attempts before = byAddress.remove(address);
      if (before == null || !now.isBefore(before.since().plus(WINDOW))) {
        before = new Attempts(now, 0);
      }
      byAddress.put(address, new Attempts(before.since(), before.count() + 1));
      if (before.count() >= PER_WINDOW) {
        throw new TooManyAttemptsException(Duration.between(now, before.since().plus(WINDOW)));
      }
    } finally {
      lock.unlock();
    }
  }
}
