package dev.hone.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  @TempDir Path data;

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    var address = postgres.address();
    return DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
  }

  private static String ask(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = connect(postgres);
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = connect(postgres);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(data.resolve("postgres"));
  }

  private Path pidFile() {
    return data.resolve("postgres/cluster/postmaster.pid");
  }

  private long pid() throws IOException {
    return Long.parseLong(Files.readAllLines(pidFile()).getFirst().strip());
  }

  @Test
  void whatWasWrittenIsThereAfterReopening() throws Exception {
    DatabaseAddress first;
    try (var postgres = start()) {
      first = postgres.address();
      execute(postgres, "create table vote (value text)");
      execute(postgres, "insert into vote values ('up')");
    }
    try (var postgres = start()) {
      assertThat(ask(postgres, "select value from vote")).isEqualTo("up");
      assertThat(postgres.address()).isEqualTo(first);
    }
    assertThat(pidFile()).doesNotExist();
  }

  @Test
  void isSetUpForRealDataAndWantsThePassword() throws Exception {
    try (var postgres = start()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertThat(ask(postgres, "show " + setting)).as(setting).isEqualTo("on");
      }
      assertThat(ask(postgres, "show data_checksums")).isEqualTo("on");
      assertThat(ask(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
      var address = postgres.address();
      assertThatThrownBy(
              () -> DriverManager.getConnection(address.jdbcUrl(), address.user(), "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      Path password = data.resolve("postgres/password");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void pidFileOfAnotherProgramIsNotBelieved() throws Exception {
    start().close();
    long alive = ProcessHandle.current().pid();
    Files.write(
        pidFile(), List.of(Long.toString(alive), "/proc/self/cwd", "0", "5432", "", "127.0.0.1"));
    try (var postgres = start()) {
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
      assertThat(pid()).isNotEqualTo(alive);
    }
  }

  @Test
  void onePostmasterPerFolderWhenTheFormerRunWasKilled() throws Exception {
    var killed = start();
    execute(killed, "create table vote (value text)");
    long former = pid();
    // What kill -9 of the JVM leaves: PostgreSQL runs on, nobody closes it.
    try (var postgres = start()) {
      ProcessHandle.of(former).ifPresent(handle -> handle.onExit().join());
      assertThat(pid()).isNotEqualTo(former);
      assertThat(ask(postgres, "select count(*) from vote")).isEqualTo("0");
    }
  }

  @Test
  void recoversWhatWasCommittedWhenPostgresItselfWasKilled() throws Exception {
    var killed = start();
    execute(killed, "create table vote as select 'up' as value");
    ProcessHandle postmaster = ProcessHandle.of(pid()).orElseThrow();
    postmaster.destroyForcibly();
    postmaster.onExit().join();
    try (var postgres = start()) {
      assertThat(ask(postgres, "select value from vote")).isEqualTo("up");
    }
  }

  @Test
  void takesAnotherPortWhenTheFormerOneIsTaken() throws Exception {
    start().close();
    int port = Integer.parseInt(Files.readString(data.resolve("postgres/port")).strip());
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        var postgres = start()) {
      assertThat(postgres.address().jdbcUrl()).doesNotContain(":" + port + "/");
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void runsWhereThisAccountAloneMayLook() throws Exception {
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    try (var postgres = start()) {
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void everyWayOutOfRootReadsWhatTheOthersWrote() throws Exception {
    try (var postgres = start()) {
      execute(postgres, "create table vote as select 'up' as value");
    }
    boolean root = new UnixSystem().getUid() == 0;
    var ways = root ? PostgresAccount.forRoot().toList() : List.of(PostgresAccount.find());
    assertThat(ways).hasSizeGreaterThanOrEqualTo(root ? 2 : 1);
    for (PostgresAccount way : ways) {
      try (var postgres = EmbeddedPostgres.start(data.resolve("postgres"), way)) {
        assertThat(ask(postgres, "select value from vote")).as(way.toString()).isEqualTo("up");
      }
    }
  }

  @Test
  void anOrdinaryUserRunsPostgresAsTheSame() {
    assertThat(PostgresAccount.find(1000, Stream.empty()))
        .isEqualTo(new PostgresAccount.Ordinary());
  }

  @Test
  void rootTakesTheFirstWayOutThatWorksAndElseNamesTheOther() {
    var dropped = new PostgresAccount.Dropped(List.of("setpriv"));
    var mapped = new PostgresAccount.Mapped(List.of("unshare"));
    assertThat(PostgresAccount.find(0, Stream.of(dropped, mapped))).isEqualTo(dropped);
    assertThatThrownBy(() -> PostgresAccount.find(0, Stream.empty()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("HONE_DB_URL=postgres://");
  }
}
