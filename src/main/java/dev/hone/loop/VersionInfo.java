package dev.hone.loop;

import java.time.Instant;

/**
 * A version, or a candidate that is not one, with what its round says of it.
 *
 * @param parent null for the untrained model, as are the fields of the round
 * @param state {@code base}, {@code published} or {@code candidate}
 * @param decision the state in which its round is
 * @param metrics what was measured of it
 */
public record VersionInfo(
    String id,
    String base,
    String parent,
    boolean active,
    Instant createdAt,
    String round,
    String state,
    RoundState decision,
    RoundMetrics metrics) {}
