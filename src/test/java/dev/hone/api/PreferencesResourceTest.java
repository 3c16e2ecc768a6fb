package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.hone.TestServer;
import dev.hone.chat.StoredTurns;
import dev.hone.preference.PairSource;
import dev.hone.preference.Snapshot;
import dev.hone.preference.SnapshotOrder;
import dev.hone.preference.Snapshots;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(TestServer.class)
class PreferencesResourceTest {
  /** Makes this test's lines differ from those of every other. */
  private final String mark = UUID.randomUUID().toString();

  @Inject AgroalDataSource database;
  @Inject Snapshots snapshots;

  @Test
  void importsWhatIsGoodAndSaysWhatIsNot() {
    var good = "{\"prompt\":\"%s\",\"chosen\":\"a\",\"rejected\":\"b\"}".formatted(mark);
    var file =
        String.join(
            "\n",
            good,
            "",
            "{\"prompt\":\"x\",\"chosen\":\"a\"}",
            "{\"rejected\":\"b\", \"chosen\":\"a\", \"prompt\":\"%s\"}".formatted(mark),
            "nonsense",
            good.replace("\"a\"", "\"other\""));

    imported("trl", false, file)
        .statusCode(200)
        .body("total", equalTo(5))
        .body("imported", equalTo(2))
        .body("duplicates", equalTo(1))
        .body("rejectedCount", equalTo(2))
        .body("rejected.line", equalTo(List.of(3, 5)))
        .body("rejected[0].reason", equalTo("'rejected' is missing"))
        .body("rejected[1].reason", containsString("not JSON"))
        .body("kind", equalTo("pairs"));
    imported("trl", false, file)
        .statusCode(200)
        .body("imported", equalTo(0))
        .body("duplicates", equalTo(3));
    assertThat(exported("pairs")).containsExactly(good, good.replace("\"a\"", "\"other\""));
  }

  @Test
  void ofAPackedFileThatIsCutNothingIsImported() throws IOException {
    var good = "{\"prompt\":\"%s\",\"chosen\":\"a\",\"rejected\":\"b\"}".formatted(mark);
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write((good + "\n").getBytes(StandardCharsets.UTF_8));
    }
    given()
        .contentType("application/x-ndjson")
        .body(Arrays.copyOf(packed.toByteArray(), packed.size() - 4))
        .post("/api/preferences/import")
        .then()
        .statusCode(422)
        .body("code", equalTo("damaged_file"))
        .body("detail", startsWith("The file cannot be unpacked from line 2 on"));
    assertThat(exported("pairs")).isEmpty();
  }

  @Test
  void strictImportsAllOrNothing() {
    var good = "{\"prompt\":\"%s\",\"completion\":\"a\"}".formatted(mark);

    imported("trl", true, good + "\n{}\n")
        .statusCode(422)
        .contentType("application/problem+json")
        .body("code", equalTo("bad_lines"))
        .body("detail", containsString("nothing was imported (line 2: expected prompt"))
        .body("imported", equalTo(0))
        .body("rejected.line", equalTo(List.of(2)));
    assertThat(exported("demonstrations")).isEmpty();

    imported("trl", true, good).statusCode(200).body("imported", equalTo(1));
    assertThat(exported("demonstrations")).containsExactly(good);
  }

  @Test
  void importsTranscripts() {
    var line =
        "{\"chosen\":\"\\n\\nHuman: %1$s\\n\\nAssistant: Yes\",\"rejected\":\"\\n\\nHuman: %1$s\\n\\nAssistant: No\"}"
            .formatted(mark);

    imported("hh", true, line).statusCode(200).body("imported", equalTo(1));
    imported("trl", false, line)
        .body("rejected[0].reason", containsString("imported with format hh"));
    assertThat(exported("pairs"))
        .containsExactly(
            "{\"prompt\":[{\"role\":\"user\",\"content\":\"%s\"}],\"chosen\":[{\"role\":\"assistant\",\"content\":\"Yes\"}],\"rejected\":[{\"role\":\"assistant\",\"content\":\"No\"}]}"
                .formatted(mark));
  }

  @Test
  void aFileMayMixKinds() {
    imported(
            "trl",
            true,
            """
            {"prompt":"%1$s","completion":"a","label":true}
            {"prompt":"%1$s","completion":"a"}
            """
                .formatted(mark))
        .body("imported", equalTo(2))
        .body("kind", equalTo("mixed"));
    imported("trl", true, "").body("total", equalTo(0)).body("kind", nullValue());
  }

  @Test
  void saysWhereALineIsNotUtf8() {
    byte[] file = "{\"prompt\":\"é\",\"completion\":\"a\"}".getBytes(StandardCharsets.ISO_8859_1);
    given()
        .contentType("application/x-ndjson")
        .body(file)
        .post("/api/preferences/import")
        .then()
        .statusCode(200)
        .body("rejected[0].line", equalTo(1))
        .body("rejected[0].reason", equalTo("not UTF-8 from byte 12 on"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pairs", "unpaired", "demonstrations"})
  void importOfAnExportIsTheSame(String kind) throws SQLException {
    var line =
        switch (kind) {
          case "pairs" -> "{\"prompt\":\"%s %d é\\n\",\"chosen\":\"😀\",\"rejected\":\"\\u0000\"}";
          case "unpaired" -> "{\"prompt\":\"%s\",\"completion\":\"%d\\\\\",\"label\":false}";
          default -> "{\"prompt\":\"%s\",\"completion\":\" %d \\\"\"}";
        };
    int count = 1_234;
    imported(
            "trl",
            true,
            String.join(
                "\n", IntStream.range(0, count).mapToObj(i -> line.formatted(mark, i)).toList()))
        .body("imported", equalTo(count));
    var first = exported(kind);
    assertThat(first).hasSize(count);

    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("delete from imported_preference where example like '%" + mark + "%'");
    }
    imported("trl", true, String.join("\n", first)).body("imported", equalTo(count));
    assertThat(exported(kind)).isEqualTo(first);
  }

  @Test
  void exportsWhatVotesSay() {
    var t = StoredTurns.answer(mark, "Yes", "No");
    vote(
        "{\"kind\":\"comparison\",\"turns\":[\"%s\",\"%s\"],\"choice\":\"b\"}"
            .formatted(t.get(0), t.get(1)));
    vote("{\"kind\":\"rating\",\"turn\":\"%s\",\"value\":\"up\"}".formatted(t.get(0)));
    vote("{\"kind\":\"edit\",\"turn\":\"%s\",\"text\":\"Maybe\"}".formatted(t.get(1)));

    var prompt = "{\"prompt\":[{\"role\":\"user\",\"content\":\"" + mark + "\"}],";
    assertThat(exported("pairs"))
        .containsExactly(
            prompt + "\"chosen\":%s,\"rejected\":%s}".formatted(answer("No"), answer("Yes")),
            prompt + "\"chosen\":%s,\"rejected\":%s}".formatted(answer("Maybe"), answer("No")));
    assertThat(exported("unpaired"))
        .containsExactly(prompt + "\"completion\":%s,\"label\":true}".formatted(answer("Yes")));
    assertThat(exported("demonstrations"))
        .containsExactly(prompt + "\"completion\":%s}".formatted(answer("Maybe")));
  }

  @Test
  void aSnapshotTakesEveryKindAndOfAnOwnerTheNewest(@TempDir Path folder) throws IOException {
    for (String prompt : List.of(mark + " earlier", mark + " later")) {
      var t = StoredTurns.answer(prompt, "Yes", "No");
      vote("{\"kind\":\"rating\",\"turn\":\"%s\",\"value\":\"up\"}".formatted(t.get(0)));
      vote("{\"kind\":\"edit\",\"turn\":\"%s\",\"text\":\"Maybe\"}".formatted(t.get(1)));
    }
    imported(
        "trl",
        true,
        "{\"prompt\":\"%s file\",\"completion\":\"a\",\"label\":true}".formatted(mark));

    var everything = EnumSet.allOf(PairSource.class);
    var all = snapshots.take(folder, new SnapshotOrder(everything, 0, Optional.empty()));
    assertThat(taken(folder, all, "")).hasSize(2);
    assertThat(taken(folder, all, "-unpaired")).hasSize(3);
    assertThat(taken(folder, all, "-demonstrations")).hasSize(2);
    var capped = snapshots.take(folder, new SnapshotOrder(everything, 1, Optional.empty()));
    assertThat(taken(folder, capped, ""))
        .singleElement(STRING)
        .contains(mark + " later", "Maybe", "No");
    assertThat(taken(folder, capped, "-unpaired"))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains(mark + " later"),
            line -> assertThat(line).contains(mark + " file"));
    assertThat(taken(folder, capped, "-demonstrations"))
        .singleElement(STRING)
        .contains(mark + " later");
    assertThat(capped.unpaired().dropped()).containsKey("owner-cap");
  }

  private List<String> taken(Path folder, Snapshot snapshot, String kind) throws IOException {
    var lines = new ArrayList<String>();
    for (String part : List.of("train", "held-out")) {
      lines.addAll(
          Files.readAllLines(folder.resolve(snapshot.sha256()).resolve(part + kind + ".jsonl")));
    }
    return lines.stream().filter(line -> line.contains(mark)).toList();
  }

  @Test
  void countsBySource() {
    long before = count("pairs.comparison");
    long importedBefore = count("pairs.import");
    for (int i = 0; i < 120; i++) {
      var t = StoredTurns.answer(mark, "Yes", "No");
      vote(
          "{\"kind\":\"comparison\",\"turns\":[\"%s\",\"%s\"],\"choice\":\"a\"}"
              .formatted(t.get(0), t.get(1)));
    }
    imported(
        "trl", true, "{\"prompt\":\"%s\",\"chosen\":\"a\",\"rejected\":\"b\"}".formatted(mark));

    assertThat(count("pairs.comparison")).isEqualTo(before + 120);
    assertThat(count("pairs.import")).isEqualTo(importedBefore + 1);
    given()
        .get("/api/preferences")
        .then()
        .body("imports.fileName", hasItem(mark))
        .body("imports.find { it.fileName == '%s' }.imported".formatted(mark), equalTo(1));
  }

  @Test
  void unknownParametersAreNamed() {
    imported("csv", false, "").statusCode(400).body("detail", containsString("trl, hh"));
    given()
        .get("/api/preferences/export?kind=all")
        .then()
        .statusCode(400)
        .body("detail", containsString("pairs, unpaired, demonstrations"));
    given()
        .contentType("application/x-ndjson")
        .body(new byte[] {'\n'})
        .post("/api/preferences/import?strict=maybe")
        .then()
        .statusCode(400)
        .body("detail", containsString("true, false"));
  }

  private ValidatableResponse imported(String format, boolean strict, String file) {
    return given()
        .contentType("application/x-ndjson")
        .header("X-File-Name", mark)
        .queryParam("format", format)
        .queryParam("strict", strict)
        .body(file.getBytes(StandardCharsets.UTF_8))
        .post("/api/preferences/import")
        .then();
  }

  /** The exported lines that this test brought about. */
  private List<String> exported(String kind) {
    byte[] body =
        given()
            .queryParam("kind", kind)
            .get("/api/preferences/export")
            .then()
            .statusCode(200)
            .contentType("application/x-ndjson")
            .extract()
            .asByteArray();
    var text = new String(body, StandardCharsets.UTF_8);
    assertThat(text)
        .satisfiesAnyOf(t -> assertThat(t).isEmpty(), t -> assertThat(t).endsWith("\n"));
    return text.lines().filter(line -> line.contains(mark)).toList();
  }

  private static long count(String path) {
    Number count = given().get("/api/preferences").then().statusCode(200).extract().path(path);
    return count == null ? 0 : count.longValue();
  }

  private static String answer(String text) {
    return "[{\"role\":\"assistant\",\"content\":\"%s\"}]".formatted(text);
  }

  private static void vote(String json) {
    given().contentType("application/json").body(json).post("/api/feedback").then().statusCode(201);
  }
}
