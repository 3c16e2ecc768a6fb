package dev.hone.registry;

/** Why a candidate may answer people. Only the gate and an operator can give one. */
public sealed interface Approval {
  /** What the audit log says of it. */
  String reason();

  /**
   * The gate found it better.
   *
   * @param reportSha256 of the report that says so, in lower-case hex
   */
  record GatePassed(String reportSha256) implements Approval {
    public GatePassed {
      if (!reportSha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("'" + reportSha256 + "' is no SHA-256");
      }
    }

    @Override
    public String reason() {
      return "gate passed, report " + reportSha256;
    }
  }

  /** An operator wants it whatever the gate said. */
  record OperatorOverride(String who, String why) implements Approval {
    public OperatorOverride {
      if (who.isBlank() || why.isBlank()) {
        throw new IllegalArgumentException("an override wants a name and a reason");
      }
    }

    @Override
    public String reason() {
      return "override by " + who + ": " + why;
    }
  }
}
