package dev.hone.registry;

/** A version was trained over other weights than those that its base has here. */
public final class BaseMismatchException extends RegistryException {
  BaseMismatchException(VersionManifest version, String found) {
    super(
        Reason.BASE_MISMATCH,
        "Version %s was trained over %s with weights %s, but those here are %s."
            .formatted(version.id(), version.base(), version.baseSha256(), found));
  }
}
