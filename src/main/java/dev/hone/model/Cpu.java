package dev.hone.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The processor, as far as it decides what is fast.
 *
 * @param model its name, with the flags that libtorch's kernels are chosen by
 * @param cores to compute with: physical ones, since two threads on one core only share its units,
 *     and never more than this process may use
 */
public record Cpu(String model, int cores) {
  private static final Path INFO = Path.of("/proc/cpuinfo");
  private static final List<String> TELLING_FLAGS =
      List.of("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8");

  public static Cpu current() {
    int usable = Runtime.getRuntime().availableProcessors();
    try {
      return Files.exists(INFO)
          ? read(Files.readAllLines(INFO), usable)
          : new Cpu(System.getProperty("os.name") + " " + System.getProperty("os.arch"), usable);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether fbgemm's products of bytes overflow: without AVX-512 VNNI it sums two of an unsigned
   * and a signed byte in 16 bits, which 255 * 127 twice does not fit into, and 127 * 127 twice
   * does.
   */
  public boolean overflowsBytes() {
    return System.getProperty("os.arch").equals("amd64") && !model.contains("avx512_vnni");
  }

  static Cpu read(List<String> info, int usable) {
    var first = new LinkedHashMap<String, String>();
    var cores = new HashSet<String>();
    String socket = "";
    for (String line : info) {
      String[] parts = line.split(":", 2);
      if (parts.length == 2) {
        String key = parts[0].strip();
        String value = parts[1].strip();
        first.putIfAbsent(key, value);
        if (key.equals("physical id")) {
          socket = value;
        }
        if (key.equals("core id")) {
          cores.add(socket + "/" + value);
        }
      }
    }
    int physical = cores.isEmpty() ? usable : Math.min(cores.size(), usable);
    return new Cpu(name(first), physical);
  }

  private static String name(Map<String, String> processor) {
    var flags = List.of(processor.getOrDefault("flags", "").split(" "));
    var telling = TELLING_FLAGS.stream().filter(flags::contains).toList();
    return processor.getOrDefault("model name", System.getProperty("os.arch")) + " " + telling;
  }
}
