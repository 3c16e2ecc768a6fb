package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.api.ScriptedRounds;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** What becomes of the rounds of an earlier release. */
@QuarkusTest
@TestProfile(ScriptedRounds.class)
class PlanMigrationTest {
  private static final String SCHEMA = "earlier";

  @Inject DataSource database;

  @Test
  void aRoundOfOneRecipeHasAPlanOfOneStage() throws Exception {
    migrate("7");
    try (Connection connection = database.getConnection()) {
      execute(
          connection,
          """
          insert into earlier.model_version (id, base, created_at) values ('tiny', 'tiny', now());
          insert into earlier.round
            (number, recipe, state, settings, parent, snapshot, started_by, started_at)
          values (1, 'kto', 'REFUSED', '{"beta": "0.2"}', 'tiny',
            '{"sha256": "", "train": 12, "heldOut": 3, "dropped": {}}', 'ann', now())""");
    }
    migrate("8");
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select plan from earlier.round")) {
      rows.next();
      assertThat(new JsonMapper().readValue(rows.getString(1), Plan.class))
          .isEqualTo(
              new Plan(
                  "kto",
                  List.of(
                      new Stage(
                          "kto", "kto", "judged answers", 24, Map.of("beta", "0.2"), Set.of())),
                  null));
      execute(connection, "drop schema earlier cascade");
    }
  }

  private void migrate(String version) {
    Flyway.configure().dataSource(database).schemas(SCHEMA).target(version).load().migrate();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
