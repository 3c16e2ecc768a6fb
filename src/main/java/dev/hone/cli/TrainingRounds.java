package dev.hone.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.TrainerEnvironment;
import dev.hone.alignment.bench.TrainingCase;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Case after case, round after round, each in a process of its own: so its peak of memory is its
 * own, and nothing is warm that would not be for a worker.
 */
final class TrainingRounds {
  /** About what a process takes to start, and a step, on two cores in seconds. */
  private static final double START = 5;

  private final Path base;
  private final ComputeType compute;
  private final TrainingLoad load;
  private final String natives;
  private final PrintStream progress;

  /**
   * @param base folder of the base
   * @param natives folder that the native code is unpacked into
   */
  TrainingRounds(
      Path base, ComputeType compute, TrainingLoad load, String natives, PrintStream progress) {
    this.base = base;
    this.compute = compute;
    this.load = load;
    this.natives = natives;
    this.progress = progress;
  }

  /** Every other round goes backwards: a machine that slows down favours none. */
  List<CaseSummary> run(Collection<TrainingCase> cases, int rounds) throws InterruptedException {
    double round = cases.stream().mapToDouble(this::expected).sum();
    var timeLeft = new TimeLeft(rounds * round, System::nanoTime);
    Map<TrainingCase, List<CaseRound>> measured = new EnumMap<>(TrainingCase.class);
    for (int number = 0; number < rounds; number++) {
      var order = List.copyOf(cases);
      for (TrainingCase what : number % 2 == 0 ? order : order.reversed()) {
        var result = once(what);
        measured.computeIfAbsent(what, _ -> new ArrayList<>()).add(result);
        long left = timeLeft.after(expected(what));
        progress.println(
            TrainingTable.line(result) + (left > 0 ? " (about " + left + " s left)" : ""));
      }
    }
    return cases.stream().map(what -> CaseSummary.of(what.unit(), measured.get(what))).toList();
  }

  private double expected(TrainingCase what) {
    double step =
        switch (what) {
          case STEP_LORA -> 1.2;
          case STEP_FULL -> 2.5;
          case SFT -> 2;
          case RM -> 4;
          case DPO -> 6;
          case PPO -> 12;
        };
    return START + (load.warmup() + load.steps()) * step;
  }

  private CaseRound once(TrainingCase what) throws InterruptedException {
    try {
      Path work = Files.createTempDirectory("hone-bench");
      try (var process = start(what, work)) {
        return new JsonMapper().treeToValue(process.answer(), CaseRound.class);
      } finally {
        delete(work);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OwnProcess start(TrainingCase what, Path work) {
    var command =
        new ArrayList<>(
            OwnProgram.command(
                "bench",
                "training-case",
                "--json",
                "--case=" + what,
                "--compute=" + compute.label(),
                "--base=" + base,
                "--work=" + work));
    command.addAll(load.arguments());
    Map<String, String> environment = new HashMap<>(TrainerEnvironment.of(System.getenv()));
    environment.put(NativeLibraries.FOLDER, natives);
    return new OwnProcess("case " + what, command, environment, progress::println);
  }

  private static void delete(Path folder) throws IOException {
    try (var walk = Files.walk(folder)) {
      for (Path path : walk.toList().reversed()) {
        Files.delete(path);
      }
    }
  }
}
