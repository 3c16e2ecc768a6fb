package dev.hone.alignment;

import java.util.Map;

/**
 * What a process that trains or judges has in its environment besides its parent's. A step frees
 * gigabytes and the next asks for the same again: its allocator gives nothing back meanwhile, which
 * would be wrong for a server.
 */
public final class TrainerEnvironment {
  private static final String ALLOCATOR = "HONE_TRAINER_TUNABLES";

  private TrainerEnvironment() {}

  /**
   * @param parent its parent's, where the launcher says how the allocator is to be set
   */
  public static Map<String, String> of(Map<String, String> parent) {
    String tunables = parent.get(ALLOCATOR);
    return tunables == null ? Map.of() : Map.of("GLIBC_TUNABLES", tunables);
  }
}
