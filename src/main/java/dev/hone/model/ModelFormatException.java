package dev.hone.model;

/**
 * A model's file is not what its format demands. The message names the file, the place in it and
 * what was expected, so that whoever brought the file can tell which one to replace.
 */
public final class ModelFormatException extends RuntimeException {
  public ModelFormatException(Object file, String problem) {
    super(file + ": " + problem);
  }

  public ModelFormatException(Object file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
