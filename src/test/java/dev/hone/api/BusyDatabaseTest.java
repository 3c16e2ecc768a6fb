package dev.hone.api;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class BusyDatabaseTest {
  @Test
  void whoWaitedTooLongForAConnectionMayTryAgain() {
    var late = new SQLException("Sorry, acquisition timeout!");
    var failure = Failures.of(new PersistenceException("no connection", late), "req_1");
    assertThat(failure.status()).isEqualTo(503);
    assertThat(failure.code()).isEqualTo("database_busy");
    assertThat(failure.retryAfter()).isPresent();
  }

  @Test
  void anyOtherFailureOfTheDatabaseIsTheServers() {
    var failure = Failures.of(new PersistenceException("gone", new SQLException("gone")), "req_1");
    assertThat(failure.message()).contains("req_1");
    assertThat(failure.status()).isEqualTo(500);
  }
}
