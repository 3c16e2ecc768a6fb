package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher does before there is a program: in a project whose builders are scripts. */
class LauncherIT {
  private static final int USAGE = 2;

  @TempDir Path folder;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(folder.resolve("a \"project\""));
    Files.copy(HoneProcess.LAUNCHER, project.resolve("hone"));
    Files.createDirectory(project.resolve("ui"));
    Files.createDirectory(folder.resolve("bin"));
    builder("mvn", "[ \"$1\" = -v ] && echo '3.9.9' && exit\nexit 1");
    builder("node", "echo v22.0.0");
    builder("npm", "exit 1");
  }

  private void builder(String name, String script) throws IOException {
    executable(folder.resolve("bin").resolve(name), script);
  }

  private static void executable(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private HoneProcess run(String... arguments) {
    return run(Map.of(), arguments);
  }

  private HoneProcess run(Map<String, String> more, String... arguments) {
    var environment = new HashMap<>(more);
    environment.put("HONE_BUILT", "");
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    return HoneProcess.start(project.resolve("hone"), folder, environment, arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--wrong", "5", "--json extra", "--data", "--port", "--port many", "--json=maybe"})
  void aWrongTestLineIsRefusedBeforeAnythingIsBuilt(String line) throws Exception {
    var process = run(Stream.of(("test " + line).split(" ")).toArray(String[]::new));
    assertThat(process.exitCode()).isEqualTo(USAGE);
    assertThat(process.errors()).contains("see ./hone test --help").hasLineCount(1);
    assertThat(project.resolve("target")).doesNotExist();
    if (line.contains("--json")) {
      assertThat(process.json().at("/error/code").asText()).isEqualTo("usage");
    } else {
      assertThat(process.output()).isEmpty();
    }
  }

  @Test
  void everyOptionOfTestIsKnown() {
    var line = new ArrayList<>(List.of("test"));
    for (var option :
        Hone.commandLine(Map.of()).getSubcommands().get("test").getCommandSpec().options()) {
      if (!option.hidden() && !option.versionHelp()) {
        line.add(option.longestName());
        Stream.of("1").limit(option.arity().max()).forEach(line::add);
      }
    }
    assertThat(line).contains("--help", "--json", "--port");
    var process = HoneProcess.start(folder, Map.of(), line.toArray(String[]::new));
    assertThat(process.exitCode()).as(process.errors()).isZero();
    assertThat(process.output()).startsWith("Usage: hone test");
  }

  @Test
  void namesOfFilesNeedNoLocale() {
    String[] line = {"evaluate", "rewards", "--model", "newest", "--file", "größe.jsonl"};
    var process = HoneProcess.start(folder, Map.of("LC_ALL", "C"), line);
    assertThat(process.exitCode()).isEqualTo(1);
    assertThat(process.errors()).contains("there is no file größe.jsonl");
  }

  @Test
  void aFailedBuildIsToldOnTheLastLine() throws Exception {
    var versions = run("versions", "--json");
    assertThat(versions.exitCode()).isEqualTo(1);
    assertThat(versions.json().at("/error/code").asText()).isEqualTo("failed");
    assertThat(versions.json().at("/error/message").asText()).startsWith("the build failed");
    assertThat(run(Map.of("HONE_JSON", "true"), "versions").json()).isEqualTo(versions.json());
    assertThat(run("versions").output()).isEmpty();

    var tests = run("test", "--json");
    assertThat(tests.exitCode()).isEqualTo(1);
    assertThat(tests.json().path("passed").asInt(-1)).isZero();
    assertThat(tests.json().path("failed").asInt()).isEqualTo(1);
    assertThat(tests.json().at("/error/message").asText()).startsWith("the build failed");
    assertThat(run("test").output()).isEqualTo("0 passed, 1 failed\n");
  }

  @Test
  void aMissingBuilderIsToldOnTheLastLine() throws Exception {
    builder("mvn", "echo '3.6.3'");
    var versions = run("versions", "--json");
    assertThat(versions.exitCode()).isEqualTo(1);
    assertThat(versions.json().at("/error/message").asText())
        .startsWith(
            "building needs Maven 3.8 or later, and %s is 3.6.3.\n"
                .formatted(folder.resolve("bin/mvn")))
        .contains("https://maven.apache.org");
    assertThat(run("test").output()).isEqualTo("0 passed, 1 failed\n");
  }

  @Test
  void anOldNodeIsToldOnTheLastLine() throws Exception {
    builder("node", "echo v18.19.1");
    var versions = run("versions", "--json");
    assertThat(versions.exitCode()).isEqualTo(1);
    assertThat(versions.json().at("/error/message").asText())
        .startsWith(
            "building the page needs Node 20.19 or later, and %s is 18.19.1.\n"
                .formatted(folder.resolve("bin/node")))
        .contains("https://nodejs.org");
  }

  @Test
  void theJdkOfJavaHomeIsTakenWhereItIs25() throws Exception {
    mvnThatBuilds();
    var taken = run(Map.of("JAVA_HOME", jdk("25.0.1")), "versions");
    assertThat(taken.exitCode()).as(taken.errors()).isZero();
    assertThat(taken.output()).isEqualTo("java of 25.0.1: versions\n");
    for (String other : List.of("21.0.9", "26.0.1", "2.5.0")) {
      assertThat(run(Map.of("JAVA_HOME", jdk(other)), "versions").output()).isEmpty();
    }
  }

  @Test
  void buildsOnlyWhereSourcesAreNewer() throws Exception {
    mvnThatBuilds();
    var environment = Map.of("JAVA_HOME", jdk("25.0.1"));
    for (int i = 0; i < 2; i++) {
      assertThat(run(environment, "versions").exitCode()).isZero();
      assertThat(folder.resolve("builds")).hasContent("built");
    }
    Path source = Files.createFile(project.resolve("src/main/Some.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(run(environment, "versions").exitCode()).isZero();
    assertThat(folder.resolve("builds")).hasContent("built\nbuilt");
  }

  private void mvnThatBuilds() throws IOException {
    Files.createFile(project.resolve("pom.xml"));
    for (String sources : List.of("src/main", "ui/src", "ui/public")) {
      Files.createDirectories(project.resolve(sources));
    }
    builder(
        "mvn",
        """
        [ "$1" = -v ] && echo '3.9.9' && exit
        echo built >>../builds
        mkdir -p target/quarkus-app
        touch target/quarkus-app/quarkus-run.jar
        """);
  }

  /** A folder that looks like a JDK; its {@code java} says which it is and what it was given. */
  private String jdk(String version) throws IOException {
    Path jdk = folder.resolve("jdk-" + version);
    Path bin = Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
    for (String program : List.of("java", "javac")) {
      executable(
          bin.resolve(program),
          """
          for last in "$@"; do :; done
          echo "java of %s: $last"
          """
              .formatted(version));
    }
    return jdk.toString();
  }

  @Test
  void theSumOfTheTestsIsMadeOfTheirReports() throws Exception {
    builder(
        "mvn",
        """
        [ "$1" = -v ] && echo '3.9.9' && exit
        echo noise
        mkdir -p target/quarkus-app target/surefire-reports target/failsafe-reports
        ln -s "$REAL"/* target/quarkus-app
        echo '<s><testcase name="a"/><testcase name="b"/></s>' >target/surefire-reports/TEST-1.xml
        echo '<s><testcase name="c"><failure/></testcase></s>' >target/failsafe-reports/TEST-2.xml
        """);
    builder("npm", "echo '<s><testcase name=\"d\"/></s>' >\"$HONE_JUNIT\"");
    var real = Map.of("REAL", Path.of("target/quarkus-app").toAbsolutePath().toString());
    var tests = run(real, "test");
    assertThat(tests.exitCode()).as(tests.errors()).isEqualTo(1);
    assertThat(tests.output()).startsWith("FAILED ").endsWith("\n3 passed, 1 failed\n");
    var json = run(Map.of("REAL", real.get("REAL"), "HONE_JSON", "true"), "test");
    assertThat(json.json()).hasToString("{\"passed\":3,\"failed\":1}");
  }
}
