package dev.hone.loop;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Starts workers: this program once more, in the background. */
@ApplicationScoped
class Workers {
  /** Where DJL unpacks the native code; the server has done that before a worker starts. */
  private static final String NATIVE_FOLDER = "DJL_CACHE_DIR";

  /**
   * A signal to all of a server's group, as a terminal and a service manager send it, is for the
   * server: it lets its worker end in order, and the round rest.
   */
  private static final List<String> DEAF =
      List.of("sh", "-c", "trap '' HUP INT TERM; exec \"$@\"", "hone");

  private final LoopConfig config;

  Workers(LoopConfig config) {
    this.config = config;
  }

  WorkerProcess start(RoundFolder folder, Consumer<WorkerEvent> events) {
    return WorkerProcess.start(command(folder.path()), folder, events);
  }

  /** The command that works on a round's folder. */
  List<String> command(Path folder) {
    var command = new ArrayList<>(DEAF);
    command.addAll(List.of("nice", "-n", "19"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Xmx" + config.loop().workerHeap().asLongValue());
    String unpacked = System.getProperty(NATIVE_FOLDER);
    if (unpacked != null) {
      command.add("-D%s=%s".formatted(NATIVE_FOLDER, unpacked));
    }
    // Started with -jar, the class path is that jar.
    command.addAll(List.of("-jar", System.getProperty("java.class.path")));
    command.addAll(List.of("worker", folder.toString()));
    return command;
  }
}
