package dev.hone.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.TestModel;
import dev.hone.operations.EmbeddedPostgres;
import dev.hone.operations.RunningServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person runs them. */
class ProcessIT {
  private static final int SIGTERM = 128 + 15;

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void makeDataFolder() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
  }

  private HoneProcess run(String... arguments) {
    return HoneProcess.start(data, Map.of(), arguments);
  }

  private static String freePort() throws Exception {
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(any.getLocalPort());
    }
  }

  private static void assertRefused(HoneProcess process, int exitCode, String... words)
      throws Exception {
    assertThat(process.exitCode()).isEqualTo(exitCode);
    assertThat(process.errors()).contains(words).doesNotContain("\tat ");
    assertThat(process.output()).isEmpty();
  }

  @Test
  void helpStartsNeitherQuarkusNorTheNativeCode() throws Exception {
    Path classes = folder.resolve("classes");
    Path link = Files.createSymbolicLink(folder.resolve("link"), HoneProcess.LAUNCHER);
    var environment = Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes);
    for (String command :
        List.of(
            "serve",
            "test",
            "pull",
            "chat",
            "import",
            "export",
            "round",
            "versions",
            "publish",
            "rollback",
            "evaluate",
            "bench")) {
      var help = HoneProcess.start(link, data, environment, command, "--help");
      assertThat(help.exitCode()).as(command).isZero();
      assertThat(help.output()).startsWith("Usage: hone " + command);
    }
    assertThat(Files.readString(classes))
        .contains("dev.hone.cli.Hone")
        .doesNotContain("io.quarkus.runtime.Application")
        .doesNotContain("ai.djl.");
  }

  @Test
  void unknownOptionsAreRefusedWithAHint() throws Exception {
    assertRefused(run("serve", "--ports", "1"), 2, "Unknown option", "--port");
  }

  @Test
  void opensToOtherMachinesOnlyWithAKey() throws Exception {
    assertRefused(run("serve", "--host", "0.0.0.0"), 1, "--host 0.0.0.0", "HONE_KEY");
  }

  @Test
  void aTakenPortIsNamedWithItsFlag() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(run("serve", "--port", port), 1, port, "--port");
    }
  }

  @Test
  void oneServerPerDataFolderAndPostgresEndsWithIt() throws Exception {
    String port = freePort();
    String url = "http://127.0.0.1:" + port;
    try (var server = run("serve", "--port", port)) {
      assertThat(server.readyLine()).isEqualTo("Hone is serving " + TestModel.ID + " at " + url);
      assertThat(RunningServer.find(data))
          .hasValueSatisfying(
              found -> {
                assertThat(found.url()).isEqualTo(url);
                assertThat(found.pid()).isEqualTo(server.pid());
              });
      assertRefused(
          run("serve", "--port", freePort()),
          Failures.DATA_FOLDER_TAKEN,
          url,
          "process " + server.pid(),
          "--data");

      var versions = run("versions", "--json");
      assertThat(versions.exitCode()).isZero();
      var listed = new ObjectMapper().readTree(versions.output()).path("versions");
      assertThat(listed).hasSize(1);
      assertThat(listed.path(0).path("id").asText()).isEqualTo(TestModel.ID);
      assertThat(listed.path(0).path("active").asBoolean()).isTrue();

      server.terminate();
      assertThat(server.exitCode()).isEqualTo(SIGTERM);
    }
    assertThat(HoneProcess.anyoneIn(data.resolve("postgres/cluster"))).isFalse();
    assertThat(data.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    assertThat(data.resolve("server.json")).doesNotExist();
  }

  @Test
  void startsAgainAfterBeingKilled() throws Exception {
    try (var killed = run("serve", "--port", freePort())) {
      killed.readyLine();
      killed.kill();
    }
    assertThat(HoneProcess.anyoneIn(data.resolve("postgres/cluster"))).isTrue();
    assertThat(RunningServer.find(data)).isEmpty();
    try (var again = run("serve", "--port", freePort())) {
      assertThat(again.readyLine()).startsWith("Hone is serving");
    }
    assertThat(HoneProcess.anyoneIn(data.resolve("postgres/cluster"))).isFalse();
  }

  @Test
  void commandsAtOnceShareTheServerThatOneOfThemStarts() throws Exception {
    var first = run("versions");
    var second = run("versions");
    var third = run("versions", "--json");
    for (var command : List.of(first, second, third)) {
      assertThat(command.exitCode()).as(command.errors()).isZero();
      assertThat(command.output()).contains(TestModel.ID);
    }
    assertThat(third.output().lines()).hasSize(1);
    assertThat(RunningServer.find(data)).isEmpty();
    assertThat(HoneProcess.anyoneIn(data.resolve("postgres/cluster"))).isFalse();
  }

  private static void vote(String url) {
    var json = "application/json";
    String completion =
        given()
            .contentType(json)
            .body("{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"max_tokens\": 2}")
            .post(url + "/v1/chat/completions")
            .then()
            .statusCode(200)
            .extract()
            .path("id");
    given()
        .contentType(json)
        .body("{\"kind\": \"rating\", \"value\": \"up\", \"turn\": \"%s\"}".formatted(completion))
        .post(url + "/api/feedback")
        .then()
        .statusCode(201);
  }

  @Test
  void anyPostgresWillDo() throws Exception {
    try (var other = EmbeddedPostgres.start(folder.resolve("other"))) {
      var address = other.address();
      String url =
          address
              .jdbcUrl()
              .replace("jdbc:postgresql://", "postgres://%s:%s@")
              .formatted(address.user(), address.password());
      var environment = Map.of("HONE_DB_URL", url);
      var arguments = new String[] {"serve", "--json", "--port", freePort()};
      try (var server = HoneProcess.start(data, environment, arguments)) {
        var ready = new ObjectMapper().readTree(server.readyLine());
        assertThat(ready.path("model").asText()).isEqualTo(TestModel.ID);
        vote(ready.path("url").asText());
        assertThat(data.resolve("postgres")).doesNotExist();
      }
    }
  }
}
