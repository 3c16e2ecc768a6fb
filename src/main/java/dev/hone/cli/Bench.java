package dev.hone.cli;

import picocli.CommandLine.Command;

@Command(
    name = "bench",
    description = "Measure this machine.",
    subcommands = {BenchInference.class, BenchClients.class})
final class Bench {}
