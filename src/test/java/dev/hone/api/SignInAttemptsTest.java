package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SignInAttemptsTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource source = now::get;
  private final Clock clock = source.withZone(ZoneOffset.UTC);
  private final SignInAttempts attempts = new SignInAttempts(clock);

  @Test
  void anAddressRunsOutAndRecovers() {
    for (int i = 0; i < SignInAttempts.PER_WINDOW; i++) {
      attempts.spend("a");
    }
    now.set(Instant.EPOCH.plusSeconds(20));
    assertThatThrownBy(() -> attempts.spend("a"))
        .isInstanceOfSatisfying(
            TooManyAttemptsException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(40)));
    attempts.spend("b");
    now.set(Instant.EPOCH.plus(SignInAttempts.WINDOW));
    attempts.spend("a");
  }
}
