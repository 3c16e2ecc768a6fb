package dev.hone.api;

import dev.hone.chat.Turn;
import io.quarkus.narayana.jta.QuarkusTransaction;
import java.util.Optional;

/** Looks at what was stored. */
final class Turns {
  private Turns() {}

  static Optional<Turn> find(String id) {
    return QuarkusTransaction.requiringNew().call(() -> Turn.findByIdOptional(id));
  }

  static long count() {
    return QuarkusTransaction.requiringNew().call(() -> Turn.count());
  }

  static Turn latest() {
    return QuarkusTransaction.requiringNew()
        .call(() -> Turn.<Turn>find("order by createdAt desc").firstResult());
  }
}
