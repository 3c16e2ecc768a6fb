package dev.hone.preference;

import dev.hone.preference.Example.Kind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** An example that came, without its text, and all whom it came from. */
final class SnapshotRow {
  private final Kind kind;
  private final ByteBuffer key;
  private final Optional<ByteBuffer> opposite;
  private final ByteBuffer promptKey;
  private final boolean heldOut;
  private final long offset;
  private final int bytes;
  private final Set<UUID> conversations = HashSet.newHashSet(1);
  private final Map<String, Long> owners = HashMap.newHashMap(1);
  private boolean imported;

  /**
   * @param key SHA-256 of its line
   * @param offset of its line in the file of lines
   * @param bytes of its line
   */
  SnapshotRow(Learnable of, ByteBuffer key, long offset, int bytes) {
    this.kind = of.example().kind();
    this.key = key;
    this.opposite = of.opposite().map(Learnable::key);
    this.promptKey = of.promptKey();
    this.heldOut = of.heldOut();
    this.offset = offset;
    this.bytes = bytes;
  }

  void comesFrom(Origin origin) {
    switch (origin) {
      case Origin.Import() -> imported = true;
      case Origin.Votes(var owner, long sequence, var in) -> {
        owners.merge(owner, sequence, Math::max);
        conversations.addAll(in);
      }
    }
  }

  Kind kind() {
    return kind;
  }

  ByteBuffer key() {
    return key;
  }

  /** The key of what says the contrary. */
  Optional<ByteBuffer> opposite() {
    return opposite;
  }

  /** The same for the same prompt. */
  ByteBuffer promptKey() {
    return promptKey;
  }

  boolean heldOut() {
    return heldOut;
  }

  long offset() {
    return offset;
  }

  int bytes() {
    return bytes;
  }

  Set<UUID> conversations() {
    return conversations;
  }

  /** Who said it here, each with their last vote that does. */
  Map<String, Long> owners() {
    return owners;
  }

  boolean imported() {
    return imported;
  }

  /** What people here say counts as theirs, even where a file says it too. */
  PairSource source() {
    return owners.isEmpty() ? PairSource.IMPORTED : PairSource.VOTES;
  }
}
