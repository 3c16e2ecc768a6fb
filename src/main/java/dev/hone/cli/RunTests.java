package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "test",
    description =
        "Run every test there is: units, the server on a real PostgreSQL with the real model, the "
            + "processes, the page in Chromium. Ends with 'N passed, N failed'; a skipped test "
            + "counts as failed. They have folders and ports of their own, whatever --data, --models "
            + "and --port say.")
final class RunTests implements Callable<Integer> {
  @Mixin private Instance instance;

  /** The launcher runs the tests, since they build this program anew, and then asks for the sum. */
  @Option(names = "--reports", hidden = true, arity = "1..*")
  private List<Path> reports;

  @Override
  public Integer call() {
    if (reports == null) {
      throw new StartException("tests are run by the launcher: ./hone test");
    }
    try {
      var sum = TestReports.sum(reports);
      sum.failures().forEach(failure -> System.out.println("FAILED " + failure));
      int failed = sum.failures().size();
      System.out.println(
          instance.json()
              ? JsonNodeFactory.instance
                  .objectNode()
                  .put("passed", sum.passed())
                  .put("failed", failed)
                  .toString()
              : sum.passed() + " passed, " + failed + " failed");
      return failed == 0 && sum.passed() > 0 ? 0 : Failures.FAILED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
