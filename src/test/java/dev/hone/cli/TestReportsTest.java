package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestReportsTest {
  @TempDir Path folder;

  private Path report(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content);
  }

  @Test
  void countsPassesAndNamesWhatDidNotPass() throws Exception {
    report(
        "TEST-a.xml",
        """
        <testsuite name="a" tests="4">
          <testcase classname="a" name="one"/>
          <testcase classname="a" name="two"><failure message="no">at <![CDATA[<testcase>]]></failure></testcase>
          <testcase classname="a" name="three"><error/></testcase>
          <testcase classname="a" name="four"><skipped/></testcase>
        </testsuite>
        """);
    Path page =
        report(
            "page.xml",
            """
            <testsuites><testsuite name="s"><testcase classname="p" name="in"/></testsuite>
              <testcase classname="p" name="out"/></testsuites>
            """);
    var sum = TestReports.sum(List.of(folder, page));
    assertThat(sum.passed()).isEqualTo(3);
    assertThat(sum.failures()).containsExactly("a: two", "a: three", "a: four");
  }

  @Test
  void aSuiteWithoutAReportFailed() throws Exception {
    Path missing = folder.resolve("missing.xml");
    assertThat(TestReports.sum(List.of(missing)).failures())
        .containsExactly("no test ran that reports to " + missing);
  }

  @Test
  void aReportCutInTheMiddleFailed() throws Exception {
    Path cut = report("cut.xml", "<testsuite><testcase name=\"one\">");
    assertThat(TestReports.sum(List.of(cut)).failures()).singleElement().asString().contains("cut");
  }
}
