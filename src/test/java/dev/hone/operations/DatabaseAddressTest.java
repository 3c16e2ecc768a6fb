package dev.hone.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseAddressTest {
  @Test
  void readsTheUsualForm() {
    assertThat(
            DatabaseAddress.parse("postgres://me:p%40ss+word@db.example:6543/hone?sslmode=require"))
        .isEqualTo(
            new DatabaseAddress(
                "jdbc:postgresql://db.example:6543/hone?sslmode=require", "me", "p@ss+word"));
    assertThat(DatabaseAddress.parse("postgresql://db/hone"))
        .isEqualTo(new DatabaseAddress("jdbc:postgresql://db:5432/hone", "", ""));
  }

  @Test
  void takesJdbcAsItIs() {
    String url = "jdbc:postgresql://db/hone?user=me&password=secret";
    assertThat(DatabaseAddress.parse(url).jdbcUrl()).isEqualTo(url);
  }

  @Test
  void refusesTheRestAndNamesTheVariable() {
    for (String url : List.of("mysql://a/b", "db:5432", "postgres://db", "postgres:// /x", "")) {
      assertThatThrownBy(() -> DatabaseAddress.parse(url))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("HONE_DB_URL");
    }
  }

  @Test
  void neverShowsThePassword() {
    assertThat(DatabaseAddress.parse("postgres://me:secret@db/hone").toString())
        .doesNotContain("secret");
    assertThat(DatabaseAddress.parse("jdbc:postgresql://db/h?password=secret&user=me").toString())
        .doesNotContain("secret");
  }
}
