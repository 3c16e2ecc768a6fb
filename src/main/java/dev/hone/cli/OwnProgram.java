package dev.hone.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, to be started once more as another process. */
final class OwnProgram {
  private OwnProgram() {}

  static List<String> command(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    // Started with -jar, the class path is that jar.
    command.addAll(List.of("-jar", System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    return command;
  }
}
