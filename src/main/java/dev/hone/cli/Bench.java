package dev.hone.cli;

import picocli.CommandLine.Command;

@Command(
    name = "bench",
    description = "Measure this machine.",
    subcommands = {
      BenchInference.class,
      BenchTraining.class,
      BenchTrainingCase.class,
      BenchClients.class
    })
final class Bench {}
