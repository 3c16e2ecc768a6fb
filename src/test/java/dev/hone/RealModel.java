package dev.hone;

import java.nio.file.Path;

/** The real model that tests pin, as {@link TestModel} keeps it. */
public final class RealModel {
  private RealModel() {}

  /** The model as a Hugging Face folder; not to be changed. */
  public static Path folder() {
    return TestModel.folder();
  }

  /** The model as it was published. */
  public static Path gguf() {
    return TestModel.gguf();
  }
}
