package dev.hone.alignment;

import java.util.HashMap;
import java.util.Map;

/**
 * What a process that trains or judges has in its environment besides its parent's.
 *
 * <ul>
 *   <li>A step frees gigabytes and the next asks for the same again: its allocator gives nothing
 *       back meanwhile, which would be wrong for a server.
 *   <li>MKL rounds a product alike every time only where it is told to: otherwise how it shares out
 *       a sum may follow from where the numbers lie, and a resumed training would end in other
 *       weights (Intel oneMKL developer guide, "Obtaining numerically reproducible results").
 * </ul>
 */
public final class TrainerEnvironment {
  private static final String ALLOCATOR = "HONE_TRAINER_TUNABLES";
  private static final String REPRODUCIBLE = "MKL_CBWR";

  private TrainerEnvironment() {}

  /**
   * @param parent its parent's, where the launcher says how the allocator is to be set
   */
  public static Map<String, String> of(Map<String, String> parent) {
    var own = new HashMap<String, String>();
    String tunables = parent.get(ALLOCATOR);
    if (tunables != null) {
      own.put("GLIBC_TUNABLES", tunables);
    }
    if (!parent.containsKey(REPRODUCIBLE)) {
      own.put(REPRODUCIBLE, "AUTO");
    }
    return Map.copyOf(own);
  }
}
