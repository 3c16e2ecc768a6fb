package dev.hone.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The PostgreSQL that comes with Hone, one cluster in one folder, for real data: synced to disk, a
 * password wanted, closed to other machines. Whoever starts it holds the lock of the data folder.
 *
 * <p>The programs are started with the cluster as their working folder and told {@code -D
 * /proc/self/cwd}: root's home is closed to the user that PostgreSQL then runs as, but a working
 * folder stays open to it.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String SUPERUSER = "hone";
  private static final String DATABASE = "hone";
  private static final int START_ATTEMPTS = 5;
  private static final long LOG_BYTES = 4 << 20;

  private static final String SETTINGS =
      String.join(
          " ",
          List.of(
              "-c listen_addresses=127.0.0.1",
              "-c unix_socket_directories=",
              "-c fsync=on",
              "-c synchronous_commit=on",
              "-c full_page_writes=on",
              // Containers often have 64 MB of /dev/shm or none.
              "-c dynamic_shared_memory_type=mmap",
              "-c shared_buffers=64MB",
              "-c max_connections=100",
              "-c jit=off"));

  private final Path folder;
  private final Path cluster;
  private final PostgresBinaries binaries;
  private final PostgresAccount account;
  private DatabaseAddress address;

  private EmbeddedPostgres(Path folder, PostgresBinaries binaries, PostgresAccount account) {
    this.folder = folder;
    this.cluster = folder.resolve("cluster");
    this.binaries = binaries;
    this.account = account;
  }

  /** Starts the cluster of this folder and makes it where there is none. */
  public static EmbeddedPostgres start(Path folder) {
    return start(folder, PostgresAccount.find());
  }

  static EmbeddedPostgres start(Path folder, PostgresAccount account) {
    try {
      Folders.makePrivate(folder);
      var binaries = PostgresBinaries.unpacked();
      var postgres = new EmbeddedPostgres(folder.toRealPath(), binaries, account);
      account.own(postgres.folder);
      postgres.start();
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public DatabaseAddress address() {
    return address;
  }

  /** Ends open transactions, writes everything to disk and stops. */
  @Override
  public void close() {
    if (!pgCtl(cluster, "stop", "-m", "fast", "-t", "60").succeeded() && running()) {
      pgCtl(cluster, "stop", "-m", "immediate");
    }
  }

  private void start() throws IOException {
    if (!Files.exists(cluster)) {
      makeCluster();
    }
    endFormerRun();
    keepLogShort();
    int port = startOnFreePort();
    String password = Files.readString(folder.resolve("password"));
    try {
      makeDatabase(port, password);
    } catch (SQLException e) {
      close();
      throw new StartException("the embedded PostgreSQL refuses to work: " + e.getMessage(), e);
    }
    address = new DatabaseAddress(jdbcUrl(port, DATABASE), SUPERUSER, password);
  }

  private void makeCluster() throws IOException {
    byte[] secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    writePrivate("password", HexFormat.of().formatHex(secret));
    Path making = folder.resolve("cluster.making");
    Folders.delete(making);
    Folders.makePrivate(making);
    account.own(making);
    var made =
        run(
            making,
            "initdb",
            "-D",
            workingFolder(making),
            "--username=" + SUPERUSER,
            "--pwfile=../password",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums");
    if (!made.succeeded()) {
      throw new StartException("PostgreSQL's initdb failed in " + folder + ":\n" + made.output());
    }
    Files.move(making, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A server killed with -9 leaves its PostgreSQL running, or a pid file that may lie. */
  private void endFormerRun() throws IOException {
    Path pidFile = cluster.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    if (running()) {
      close();
      return;
    }
    // The number may belong to another program by now, and PostgreSQL would take that for itself.
    // No process can have the highest int; the rest of the file lets PostgreSQL check its memory.
    var lines = new ArrayList<>(Files.readAllLines(pidFile));
    if (!lines.isEmpty()) {
      lines.set(0, Integer.toString(Integer.MAX_VALUE));
      Files.write(pidFile, lines);
    }
  }

  /** Whether the process that the pid file names is PostgreSQL at work in this cluster. */
  private boolean running() {
    String pid;
    try (var lines = Files.lines(cluster.resolve("postmaster.pid"))) {
      pid = lines.findFirst().orElse("");
    } catch (IOException e) {
      return false;
    }
    if (!Files.isDirectory(Path.of("/proc/self"))) {
      return pgCtl(cluster, "status").succeeded();
    }
    // Asked as the same user: root in a container may not look into others' processes.
    var inside =
        Subprocess.run(cluster, account.wrap(List.of("readlink", "/proc/" + pid + "/cwd")));
    return inside.succeeded() && inside.output().equals(cluster.toString());
  }

  private int startOnFreePort() throws IOException {
    Subprocess attempt = null;
    for (int i = 0; i < START_ATTEMPTS; i++) {
      int port = choosePort();
      attempt =
          pgCtl(cluster, "start", "-t", "300", "-l", "../log", "-o", SETTINGS + " -c port=" + port);
      if (attempt.succeeded()) {
        return port;
      }
      boolean taken = !free(port);
      if (!taken) {
        break;
      }
    }
    throw new StartException(
        "PostgreSQL does not start, see %s\n%s".formatted(folder.resolve("log"), attempt.output()));
  }

  /** The port of the last start, or another one where somebody else took it. */
  private int choosePort() throws IOException {
    Path kept = folder.resolve("port");
    if (Files.exists(kept)) {
      int port = Integer.parseInt(Files.readString(kept).strip());
      if (free(port)) {
        return port;
      }
    }
    int port;
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
    writePrivate("port", Integer.toString(port));
    return port;
  }

  private static boolean free(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void makeDatabase(int port, String password) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(jdbcUrl(port, "postgres"), SUPERUSER, password);
        var statement = connection.createStatement()) {
      try (var found =
          statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("create database " + DATABASE);
    }
  }

  private static String jdbcUrl(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  private void writePrivate(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, content);
    account.own(file);
  }

  private void keepLogShort() throws IOException {
    Path log = folder.resolve("log");
    if (Files.exists(log) && Files.size(log) > LOG_BYTES) {
      Files.move(log, folder.resolve("log.old"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Subprocess pgCtl(Path cluster, String... arguments) {
    var all = new ArrayList<>(List.of("-D", workingFolder(cluster), "-w"));
    all.addAll(List.of(arguments));
    return run(cluster, "pg_ctl", all.toArray(String[]::new));
  }

  private Subprocess run(Path cluster, String program, String... arguments) {
    var command = new ArrayList<>(List.of(binaries.program(program)));
    command.addAll(List.of(arguments));
    return Subprocess.run(cluster, account.wrap(command));
  }

  private static String workingFolder(Path cluster) {
    return Files.isDirectory(Path.of("/proc/self/cwd")) ? "/proc/self/cwd" : cluster.toString();
  }
}
