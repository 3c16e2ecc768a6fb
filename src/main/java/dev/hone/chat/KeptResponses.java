package dev.hone.chat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Optional;

/** Responses that were to be stored, each seen by its owner only. */
@ApplicationScoped
@Transactional
public class KeptResponses {
  private final Clock clock = Clock.systemUTC();

  public void keep(KeptResponse response, String owner) {
    var row = new ResponseRow();
    row.id = response.id();
    row.owner = owner;
    row.messages = response.messages();
    row.body = response.body();
    row.createdAt = clock.instant();
    row.persist();
  }

  public Optional<KeptResponse> find(String id, String owner) {
    return ResponseRow.of(PlainText.storable(id), owner)
        .map(row -> new KeptResponse(row.id, row.messages, row.body));
  }

  /**
   * The turn in it stays, since votes refer to it.
   *
   * @return whether there was one
   */
  public boolean remove(String id, String owner) {
    return ResponseRow.remove(PlainText.storable(id), owner);
  }
}
