package dev.hone.inference.constraint;

/** A schema asks for what an answer can't be held to. */
public final class UnsupportedSchemaException extends RuntimeException {
  /**
   * @param place where in the schema, as a path that ends with the keyword
   * @param problem what is wrong there, to follow the place
   */
  public UnsupportedSchemaException(String place, String problem) {
    super("'" + place + "' " + problem);
  }
}
