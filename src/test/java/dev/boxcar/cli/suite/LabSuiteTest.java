// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.boxcar.cli.Boxcar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** {@code boxcar lab suite} runs a program and reports what it did. */
@Timeout(120)
class LabSuiteTest {
    private static final String MAILER = "dev.boxcar.lab.suite.SocketMailer";

    @TempDir
    private Path directory;

    private static String[] suite(String... options) {
        return suite(options, "{host}", "{port}", "{to}", "{message}");
    }

    private static String[] suite(String[] options, String... arguments) {
        var line = new ArrayList<>(List.of("lab", "suite", "--no-tls", "--hold", "10ms"));
        line.addAll(List.of(options));
        line.addAll(List.of(
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MAILER));
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }

    @Test
    void aCarefulClientExitsWith0InEveryReport() throws Exception {
        Path xml = directory.resolve("suite.xml");
        Path html = directory.resolve("suite.html");
        var run = Boxcar.run(
                Map.of(),
                suite(
                        "--only",
                        "plain,mail-550,no-pipelining-in-tls",
                        "--json",
                        "--junit-xml",
                        xml.toString(),
                        "--html",
                        html.toString()));
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.err().lines())
                .containsExactly(
                        "[ 1/3] plain: a normal server ... passed",
                        "[ 2/3] no-pipelining-in-tls: PIPELINING is offered before STARTTLS but not after it ..."
                                + " not reached",
                        "[ 3/3] mail-550: MAIL is refused with 550 ... passed");
        assertThat(values(run.out(), "name")).containsExactly("plain", "no-pipelining-in-tls", "mail-550");
        assertThat(values(run.out(), "outcome")).containsExactly("passed", "notReached", "passed");
        assertThat(values(run.out(), "exit")).containsExactly("0", "0", "1");
        assertThat(values(run.out(), "passed").get(0)).isEqualTo("true");

        Element suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Files.readString(xml).getBytes(UTF_8)))
                .getDocumentElement();
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("0");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(3);
        assertThat(Files.readString(html))
                .contains("<strong>mail-550</strong>", "C: EHLO client.example", "S: 550 5.0.0");
    }

    @Test
    void aClientThatFailsExitsWith1AndTheTableSaysWhy() throws Exception {
        Path xml = directory.resolve("suite.xml");
        String[] line = suite(
                new String[] {"--only", "plain", "--junit-xml", xml.toString()}, "{host}", "1", "{to}", "{message}");
        var run = Boxcar.run(Map.of(), line);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("plain                  failed           2  no              0")
                .contains("plain: EXIT VIOLATION: made no connection; exit status 2\n")
                .contains("1 cases: passed 0, failed 1, not reached 0, skipped 0\n");
        assertThat(Files.readString(xml))
                .contains("failures=\"1\"", "<failure message=\"EXIT VIOLATION: made no connection; exit status 2\"");
    }

    @Test
    void withoutACertificateTheSuiteRunsWithoutStartTls() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        var line = new ArrayList<>(List.of(suite("--only", "plain")));
        line.remove("--no-tls");
        var run = Boxcar.run(Map.of("XDG_STATE_HOME", file.toString()), line.toArray(String[]::new));
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.err().lines()).first().asString().startsWith("boxcar: STARTTLS is not offered: ");
    }

    @Test
    void theCasesAreListed() {
        var run = Boxcar.run(Map.of(), "lab", "suite", "--list");
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("glued                  replies come together")
                .matches("\\A\\p{ASCII}*\\z");
        assertThat(run.out().lines()).hasSizeGreaterThan(30);
    }

    @Test
    void aProgramThatIsNotThereIsOneLine() {
        var run = Boxcar.run(Map.of(), "lab", "suite", "--no-tls", "--only", "plain", "--", "/no/such/client");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("boxcar: ").contains("/no/such/client");
    }

    /** The values of the fields with this name, in order. */
    private static List<String> values(String json, String name) throws IOException {
        var values = new ArrayList<String>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(name)) {
                    parser.nextToken();
                    values.add(parser.getText());
                }
            }
        }
        return values;
    }
}
