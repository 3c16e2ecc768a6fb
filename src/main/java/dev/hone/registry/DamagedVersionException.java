package dev.hone.registry;

/** A published version's files are missing, or not those that were published. */
public final class DamagedVersionException extends RegistryException {
  DamagedVersionException(String id, String what, Throwable cause) {
    super(Reason.VERSION_DAMAGED, "Version %s is damaged: %s.".formatted(id, what), cause);
  }

  DamagedVersionException(String id, String what) {
    this(id, what, null);
  }
}
