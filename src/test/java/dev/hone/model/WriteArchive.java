package dev.hone.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Writes the program that the server compiles for a model to a file, for other PyTorches to load
 * ({@code src/bench/python/device_archive.py}).
 *
 * <p>{@code java -cp target/test-classes:target/classes:... dev.hone.model.WriteArchive
 * MODEL_FOLDER PRECISION FILE}
 */
final class WriteArchive {
  private WriteArchive() {}

  public static void main(String[] arguments) throws IOException {
    var net = Architecture.load(Path.of(arguments[0]));
    String source = NetworkSource.of(net, Precision.of(arguments[1]), Set.of());
    Files.write(Path.of(arguments[2]), ScriptArchive.of(source));
  }
}
