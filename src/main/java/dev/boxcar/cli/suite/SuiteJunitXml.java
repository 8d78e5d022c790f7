// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.suite;

import dev.boxcar.lab.suite.CaseResult;
import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.Finding;
import dev.boxcar.lab.suite.SuiteClient.Run;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The results in the form of JUnit's XML reports, which build servers read: each case is a test. */
final class SuiteJunitXml {
    private static final String CLASS = "boxcar.lab.suite";

    private SuiteJunitXml() {}

    static String of(List<String> command, List<CaseResult> results) throws IOException {
        var text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", CLASS);
            xml.writeAttribute("tests", Integer.toString(results.size()));
            xml.writeAttribute("failures", Long.toString(count(results, Status.FAILED)));
            xml.writeAttribute("errors", "0");
            long skipped = count(results, Status.SKIPPED) + count(results, Status.NOT_REACHED);
            xml.writeAttribute("skipped", Long.toString(skipped));
            xml.writeAttribute(
                    "time",
                    seconds(results.stream().mapToLong(SuiteJunitXml::millis).sum()));
            xml.writeStartElement("properties");
            xml.writeEmptyElement("property");
            xml.writeAttribute("name", "command");
            xml.writeAttribute("value", clean(String.join(" ", command)));
            xml.writeEndElement();
            for (CaseResult result : results) {
                write(xml, result);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
        } catch (XMLStreamException e) {
            throw new IOException("--junit-xml: " + e.getMessage(), e);
        }
        return text + "\n";
    }

    private static void write(XMLStreamWriter xml, CaseResult result) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", CLASS);
        xml.writeAttribute("name", result.suiteCase().name());
        xml.writeAttribute("time", seconds(millis(result)));
        switch (result.status()) {
            case PASSED -> {}
            case FAILED -> {
                List<Finding> violations = result.violations();
                xml.writeStartElement("failure");
                xml.writeAttribute("message", clean(violations.get(0).toString()));
                xml.writeAttribute("type", violations.get(0).id());
                xml.writeCharacters(
                        clean(violations.stream().map(Finding::toString).collect(Collectors.joining("\n"))));
                xml.writeEndElement();
            }
            case NOT_REACHED, SKIPPED -> {
                xml.writeEmptyElement("skipped");
                xml.writeAttribute(
                        "message",
                        result.status() == Status.SKIPPED
                                ? "not run: see the list of cases"
                                : "the client did not do what the script waited for");
            }
        }
        Run run = result.run();
        if (run != null && !run.output().isEmpty()) {
            xml.writeStartElement("system-out");
            xml.writeCharacters(clean(run.output()));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static long count(List<CaseResult> results, Status status) {
        return results.stream().filter(result -> result.status() == status).count();
    }

    private static long millis(CaseResult result) {
        Run run = result.run();
        return run == null ? 0 : run.time().toMillis();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }

    /** Without the characters that XML 1.0 does not allow (§2.2). */
    private static String clean(String text) {
        return text.codePoints()
                .map(c -> isAllowed(c) ? c : 0xFFFD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isAllowed(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }
}
