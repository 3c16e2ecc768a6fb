package dev.hone.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Settings of the native code. It is unpacked into the data folder, whose lock keeps a second
 * process from doing that at the same time.
 */
final class NativeLibraries {
  private NativeLibraries() {}

  static Map<String, String> settings(Path data) {
    var settings = new HashMap<String, String>();
    settings.put("DJL_CACHE_DIR", data.resolve("native").toString());
    // Java knows a container's share of the processors; libtorch counts the machine's, and with
    // more threads than processors it is tens of times slower.
    settings.put(
        "ai.djl.pytorch.num_threads", Integer.toString(Runtime.getRuntime().availableProcessors()));
    settings.keySet().removeIf(name -> System.getProperty(name) != null);
    return settings;
  }
}
