package dev.hone.registry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import dev.hone.TestModel;
import dev.hone.api.ScriptedServer;
import dev.hone.registry.RegistryException.Reason;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class PublicationTest {
  private static final Approval PASSED = new Approval.GatePassed("a".repeat(64));

  @Inject Publications publications;
  @Inject Versions versions;
  @Inject AuditLog audit;
  @Inject RegistryConfig config;
  @Inject ObservedChanges observed;
  @Inject AgroalDataSource database;
  @TempDir Path adapter;

  private ModelStore store;
  private Candidate candidate;

  @BeforeEach
  void aCandidateOverTheBase() {
    store = new ModelStore(config.models());
    candidate = candidate(TestModel.ID);
    observed.changes.clear();
  }

  @AfterEach
  void theBaseAnswersAgain() {
    observed.veto = null;
    versions.activate(TestModel.ID, "test", "end of a test");
  }

  @Test
  void aCommittedVersionIsWholeKnownAndActive() throws IOException {
    VersionView published = publish(candidate);
    assertThat(published.id()).isEqualTo(candidate.id()).matches("r1-[0-9a-f]{8}");
    assertThat(published.active()).isTrue();
    assertThat(versions.active()).isEqualTo(candidate.id());
    assertThat(versions.list()).contains(published);
    var folder = VersionFolder.open(store, candidate.id()).expect(published.manifestSha256());
    assertThat(folder.manifest().sha256())
        .containsOnlyKeys("MODEL_CARD.md", "adapter_config.json", "adapter_model.safetensors");
    assertThat(folder.manifest())
        .usingRecursiveComparison()
        .ignoringFields("sha256")
        .isEqualTo(candidate.manifest());
    assertThat(folder.path().resolve("MODEL_CARD.md")).hasContent(Candidate.CARD.strip());
    assertThat(folder.path().resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(adapter.resolve("adapter_model.safetensors"));
    assertThat(observed.changes).containsExactly(new ActiveChanged(TestModel.ID, candidate.id()));
    given()
        .get("/v1/models/" + candidate.id())
        .then()
        .body("parent", equalTo(TestModel.ID))
        .body("root", equalTo(candidate.id()));
    given()
        .get("/v1/models")
        .then()
        .body("data.id", hasItems("hone", "base", TestModel.ID, candidate.id()))
        .body("data.find { it.id == 'hone' }.root", equalTo(candidate.id()))
        .body("data.find { it.id == 'base' }.root", equalTo(TestModel.ID));
  }

  @Test
  void whatWasDoneIsInTheAuditLogWhichNobodyChanges() {
    publish(candidate);
    versions.rollback("olga", "it is rude");
    given()
        .get("/api/audit?limit=2")
        .then()
        .statusCode(200)
        .body("action", contains("rollback", "publish"))
        .body("who", contains("olga", "r1"))
        .body("subject", contains(TestModel.ID, candidate.id()))
        .body("before", contains(candidate.id(), TestModel.ID))
        .body("after", contains(TestModel.ID, candidate.id()))
        .body("why", contains("it is rude", "gate passed, report " + "a".repeat(64)));
    for (String change :
        new String[] {"update audit_entry set who = 'x'", "delete from audit_entry"}) {
      assertThatThrownBy(() -> execute(change)).hasMessageContaining("append-only");
    }
    given().get("/api/audit?limit=0").then().statusCode(400).body("code", equalTo("invalid_value"));
  }

  @Test
  void anOverrideSaysWhoAndWhy() {
    try (var publication = begin(candidate)) {
      publication.commit(new Approval.OperatorOverride("olga", "I like it"), "olga");
    }
    assertThat(audit.list(1).getFirst().why()).isEqualTo("override by olga: I like it");
    assertThatThrownBy(() -> new Approval.OperatorOverride("olga", " "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutACommitEverythingIsAsItWas() {
    begin(candidate).close();
    assertNothingHappened();
    assertThat(publish(candidate).active()).isTrue();
  }

  @Test
  void whoCannotServeItKeepsItFromBecomingActive() {
    observed.veto = new IllegalStateException("it does not load");
    assertThatThrownBy(() -> publish(candidate)).isSameAs(observed.veto);
    assertNothingHappened();
  }

  @ParameterizedTest
  @CsvSource({
    "model_version, insert",
    "active_version, update",
    "audit_entry, insert",
  })
  void aFailureAtAnyStepOfTheTransactionLeavesEverythingAsItWas(String table, String step)
      throws SQLException {
    execute(
        """
        create or replace function fail() returns trigger language plpgsql as
        $$ begin raise exception 'the disk is full'; end $$""");
    execute("create trigger fails before %s on %s execute function fail()".formatted(step, table));
    try {
      assertThatThrownBy(() -> publish(candidate)).hasStackTraceContaining("the disk is full");
    } finally {
      execute("drop trigger fails on " + table);
    }
    assertNothingHappened();
    assertThat(publish(candidate).active()).isTrue();
  }

  @Test
  void aFailureWhileTheFolderIsWrittenLeavesNothing() throws IOException {
    Files.delete(adapter.resolve(VersionKind.ADAPTER.config()));
    refused(Reason.VERSION_NOT_WRITTEN, () -> begin(candidate));
    assertNothingHappened();
  }

  @Test
  void aFolderThatAKilledPublicationLeftIsUnknownAndTakenOver() throws IOException {
    candidate.install(store);
    assertThat(versions.list()).noneMatch(version -> version.id().equals(candidate.id()));
    assertThat(versions.active()).isEqualTo(TestModel.ID);
    begin(candidate).close();
    assertThat(store.version(candidate.id())).isDirectory();
    assertThat(publish(candidate).active()).isTrue();
    VersionFolder.open(store, candidate.id());
  }

  @Test
  void aDamagedFolderThatNobodyKnowsIsReplaced() throws IOException {
    candidate.install(store);
    Files.writeString(
        store.version(candidate.id()).resolve(VersionKind.ADAPTER.weights()), "other");
    publish(candidate);
    VersionFolder.open(store, candidate.id());
  }

  @Test
  void fullWeightsArePublishedWithTheirBasesConfiguration() throws IOException {
    publish(candidate);
    Files.writeString(adapter.resolve("model.safetensors"), UUID.randomUUID().toString());
    var full = Candidate.of(store, TestModel.ID, candidate.id(), adapter);
    assertThat(full.manifest().kind()).isEqualTo(VersionKind.FULL);
    assertThat(publish(full).active()).isTrue();
    Path written = store.version(full.id());
    assertThat(VersionFolder.open(store, full.id()).manifest().kind()).isEqualTo(VersionKind.FULL);
    assertThat(written.resolve("manifest.json")).content().contains("\"kind\" : \"full\"");
    assertThat(written.resolve("config.json"))
        .hasSameBinaryContentAs(store.base(TestModel.ID).resolve("config.json"));
    assertThat(written.resolve("adapter_model.safetensors")).doesNotExist();
    Files.writeString(written.resolve("model.safetensors"), "other");
    refused(Reason.VERSION_DAMAGED, () -> VersionFolder.open(store, full.id()));
    assertThat(versions.rollback("olga", "worse").id()).isEqualTo(candidate.id());
  }

  @Test
  void aManifestThatKnowsNoKindIsAnAdapters() throws IOException {
    candidate.install(store);
    Path manifest = store.version(candidate.id()).resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replaceAll(",\\s*\"kind\" : \"adapter\"", ""));
    assertThat(manifest).content().doesNotContain("kind");
    assertThat(VersionFolder.open(store, candidate.id()).manifest().kind())
        .isEqualTo(VersionKind.ADAPTER);
  }

  @Test
  void committingAgainChangesNothing() {
    publish(candidate);
    var before = audit.list(100);
    assertThat(publish(candidate).active()).isTrue();
    assertThat(audit.list(100)).isEqualTo(before);
    assertThat(observed.changes).hasSize(1);
  }

  @Test
  void whatTheGateMeasuredAgainstAnotherVersionDoesNotReplaceTheOneThatAnswers() {
    var measured = candidateWith("measured against the base", TestModel.ID);
    try (var publication = begin(measured)) {
      var chosen = candidateWith("chosen meanwhile", TestModel.ID);
      try (var other = begin(chosen)) {
        other.commit(new Approval.OperatorOverride("olga", "I like it"), "olga");
      }
      refused(Reason.ACTIVE_CHANGED, () -> publication.commit(PASSED, "r1"));
      assertThat(versions.active()).isEqualTo(chosen.id());
    }
    assertThat(versions.known(measured.id())).isFalse();
    assertThat(store.version(measured.id())).doesNotExist();
  }

  @Test
  void theSameIdWithAnotherParentIsRefused() {
    publish(candidate);
    var other = Candidate.of(store, TestModel.ID, "r9-00000000", adapter);
    refused(Reason.VERSION_EXISTS, () -> begin(other));
  }

  @Test
  void oneVersionIsPublishedOnceAtATime() {
    try (var _ = begin(candidate)) {
      refused(Reason.PUBLICATION_RUNNING, () -> begin(candidate));
    }
  }

  @Test
  void anAdapterOfOtherWeightsIsRefused() {
    var m = candidate.manifest();
    var foreign =
        new VersionManifest(
            m.id(),
            m.base(),
            "0".repeat(64),
            m.parent(),
            m.round(),
            m.snapshotSha256(),
            m.hyperparameters(),
            m.seed(),
            m.evaluation(),
            m.sha256(),
            m.createdAt(),
            m.kind());
    assertThatThrownBy(() -> publications.begin(foreign, adapter, Candidate.CARD))
        .isInstanceOf(BaseMismatchException.class)
        .hasMessageContaining("0".repeat(64))
        .hasMessageContaining(store.baseHash(TestModel.ID));
    assertNothingHappened();
  }

  @Test
  void filesThatChangedLaterAreNoticed() throws IOException {
    String manifest = publish(candidate).manifestSha256();
    var folder = store.version(candidate.id());
    assertThatThrownBy(() -> VersionFolder.open(store, candidate.id()).expect("0".repeat(64)))
        .isInstanceOf(DamagedVersionException.class);
    VersionFolder.open(store, candidate.id()).expect(manifest);
    Files.writeString(folder.resolve(VersionKind.ADAPTER.weights()), "other");
    refused(Reason.VERSION_DAMAGED, () -> VersionFolder.open(store, candidate.id()));
    Files.delete(folder.resolve("manifest.json"));
    refused(Reason.VERSION_DAMAGED, () -> VersionFolder.open(store, candidate.id()));
  }

  @Test
  void rollbackGoesFromChildToParentToBaseAndNoFurther() {
    publish(candidate);
    var child = candidateWith("another", candidate.id());
    publish(child);
    assertThat(versions.rollback("olga", "worse").id()).isEqualTo(candidate.id());
    assertThat(versions.rollback("olga", "worse").id()).isEqualTo(TestModel.ID);
    refused(Reason.NOTHING_TO_ROLL_BACK, () -> versions.rollback("olga", "worse"));
    assertThat(versions.activate(child.id(), "olga", "after all").active()).isTrue();
    assertThat(audit.list(1).getFirst().action()).isEqualTo("activate");
    assertThat(observed.changes).hasSize(5);
  }

  @Test
  void onlyKnownVersionsOfTheServedBaseAreActivated() throws SQLException {
    assertThatThrownBy(() -> versions.activate("r9-00000000", "olga", "why not"))
        .isInstanceOf(UnknownModelException.class);
    execute(
        """
        insert into model_version (id, base, created_at) values ('elsewhere', 'elsewhere', now())
        on conflict do nothing""");
    refused(Reason.ANOTHER_BASE, () -> versions.activate("elsewhere", "olga", "why not"));
    assertThat(versions.active()).isEqualTo(TestModel.ID);
  }

  private void assertNothingHappened() {
    assertThat(versions.active()).isEqualTo(TestModel.ID);
    assertThat(versions.known(candidate.id())).isFalse();
    assertThat(store.version(candidate.id())).doesNotExist();
    assertThat(observed.changes).isEmpty();
    assertThat(audit.list(100)).noneMatch(entry -> entry.subject().equals(candidate.id()));
    assertThat(config.models().resolve("versions")).isDirectoryNotContaining("glob:**.draft");
  }

  private VersionView publish(Candidate it) {
    try (var publication = begin(it)) {
      return publication.commit(PASSED, "r1");
    }
  }

  private Publication begin(Candidate it) {
    return publications.begin(it.manifest(), it.adapter(), Candidate.CARD);
  }

  private Candidate candidate(String parent) {
    return candidateWith(UUID.randomUUID().toString(), parent);
  }

  private Candidate candidateWith(String weights, String parent) {
    return Candidate.of(store, TestModel.ID, parent, adapter, weights);
  }

  private static void refused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(RegistryException.class))
        .extracting(RegistryException::reason)
        .isEqualTo(reason);
  }

  private void execute(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
