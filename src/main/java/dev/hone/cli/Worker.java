package dev.hone.cli;

import dev.hone.loop.WorkerRun;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the server starts to train and measure; no command of a person. */
@Command(name = "worker", hidden = true, description = "Do the work of a round.")
final class Worker implements Callable<Integer> {
  @Parameters(paramLabel = "JOBFOLDER")
  private Path folder;

  @Override
  public Integer call() {
    PrintStream events = System.out;
    // Standard output is for events alone.
    System.setOut(System.err);
    return WorkerRun.run(folder, System.in, events);
  }
}
