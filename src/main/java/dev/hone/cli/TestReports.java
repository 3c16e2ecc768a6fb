package dev.hone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The sum of JUnit's XML reports; what was skipped did not pass. */
record TestReports(int passed, List<String> failures) {
  private static final Set<String> NOT_PASSED = Set.of("failure", "error", "skipped");

  /**
   * @param places report files, or folders of them; a place without any report is a failure of its
   *     own, since its tests did not run
   */
  static TestReports sum(List<Path> places) throws IOException {
    int passed = 0;
    var failures = new ArrayList<String>();
    for (Path place : places) {
      var files = files(place);
      if (files.isEmpty()) {
        failures.add("no test ran that reports to " + place);
      }
      for (Path file : files) {
        var one = read(file);
        passed += one.passed;
        failures.addAll(one.failures);
      }
    }
    return new TestReports(passed, failures);
  }

  private static List<Path> files(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return Files.exists(place) ? List.of(place) : List.of();
    }
    try (var inside = Files.list(place)) {
      return inside
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .sorted()
          .toList();
    }
  }

  private static TestReports read(Path file) throws IOException {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try (InputStream in = Files.newInputStream(file)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      int passed = 0;
      var failures = new ArrayList<String>();
      String test = null;
      boolean failed = false;
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          if (xml.getLocalName().equals("testcase")) {
            test =
                xml.getAttributeValue(null, "classname")
                    + ": "
                    + xml.getAttributeValue(null, "name");
            failed = false;
          } else if (test != null && NOT_PASSED.contains(xml.getLocalName())) {
            failed = true;
          }
        } else if (event == XMLStreamConstants.END_ELEMENT
            && xml.getLocalName().equals("testcase")) {
          passed += failed ? 0 : 1;
          if (failed) {
            failures.add(test);
          }
          test = null;
        }
      }
      return new TestReports(passed, failures);
    } catch (XMLStreamException e) {
      return new TestReports(0, List.of(file + " cannot be read: " + e.getMessage()));
    }
  }
}
