package dev.hone.registry;

/** A version can't be published, activated or served. The message is for the person who asked. */
public class RegistryException extends RuntimeException {
  private final String code;

  /**
   * @param code stable, for programs
   */
  RegistryException(String code, String message) {
    super(message);
    this.code = code;
  }

  RegistryException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
