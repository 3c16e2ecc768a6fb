package dev.hone.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.bench.CaseReport;
import dev.hone.alignment.bench.CaseRun;
import dev.hone.alignment.bench.TrainingCase;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@link BenchTraining} starts for each case and round; no command of a person. */
@Command(name = "training-case", hidden = true, description = "Time one case of training.")
final class BenchTrainingCase implements Callable<Integer> {
  private static final long TELL = 5_000_000_000L;

  @Mixin private TrainingLoad load;

  @Option(names = "--case", required = true)
  private TrainingCase what;

  @Option(names = "--compute", required = true)
  private ComputeType compute;

  @Option(names = "--base", required = true, description = "Folder of the base.")
  private Path base;

  @Option(names = "--work", required = true, description = "Empty folder for what is written.")
  private Path work;

  @Option(names = "--json", fallbackValue = "true", description = "End with one JSON object.")
  private boolean json;

  private long told = System.nanoTime();

  @Override
  public Integer call() throws IOException {
    PrintStream answer = System.out;
    // Standard output is for the answer alone.
    System.setOut(System.err);
    CaseReport report =
        CaseRun.run(
            base, work, load.pairs(what, base), load.settings(what, compute), this::progress);
    var round = new CaseRound(report, ResidentMemory.peakBytes(ProcessHandle.current().pid()));
    answer.println(json ? new JsonMapper().writeValueAsString(round) : TrainingTable.line(round));
    return 0;
  }

  private void progress(StepReport report) {
    long now = System.nanoTime();
    if (now - told < TELL && report.step() < report.steps()) {
      return;
    }
    told = now;
    System.err.println(
        String.format(
            Locale.ROOT,
            "%s: step %d of %d, %.2f %s a second, about %.0f s left",
            what,
            report.step(),
            report.steps(),
            report.perSecond(),
            what.unit(),
            report.secondsLeft()));
  }
}
