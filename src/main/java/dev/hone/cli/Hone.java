package dev.hone.cli;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** The one entry point: parses the command line and starts what the command needs, no more. */
@QuarkusMain
public final class Hone {
  private Hone() {}

  public static void main(String[] args) {
    Quarkus.run(args);
  }
}
