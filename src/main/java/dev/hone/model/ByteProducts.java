package dev.hone.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** How products of bytes are summed up on this machine. */
final class ByteProducts {
  private static final Path INFO = Path.of("/proc/cpuinfo");

  /** With it four products are summed in 32 bits at once. */
  private static final String EXACT = "avx512_vnni";

  /**
   * Whether activations need to leave a bit free: fbgemm without AVX-512 VNNI sums two products of
   * an unsigned and a signed byte in 16 bits, which 255 * 127 twice overflows, and 127 * 127 twice
   * does not.
   */
  static final boolean OVERFLOW = overflow();

  private ByteProducts() {}

  private static boolean overflow() {
    if (!System.getProperty("os.arch").equals("amd64") || !Files.exists(INFO)) {
      return false;
    }
    try (var lines = Files.lines(INFO)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .limit(1)
          .flatMap(line -> Arrays.stream(line.split(" ")))
          .noneMatch(EXACT::equals);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
