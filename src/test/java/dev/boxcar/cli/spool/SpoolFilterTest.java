// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.cli.output.ProgressLine;
import dev.boxcar.cli.value.InstantConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** The filters of {@code ls} and {@code export}, and how they report a damaged message. */
@Timeout(60)
class SpoolFilterTest {
    @TempDir
    Path directory;

    private SpoolStage stage;
    private String plain = "";
    private String encoded = "";
    private String bounce = "";

    @BeforeEach
    void fill() throws Exception {
        stage = new SpoolStage(directory.resolve("spool"));
        plain = stage.store(
                "<Ann@a.example> SIZE=10",
                "<bob@b.example> NOTIFY=NEVER",
                "2026-11-01T09:30:00.123Z",
                "Subject: The quarterly\r\n report\r\n\r\nSubject: none of it\r\n".getBytes(UTF_8));
        encoded = stage.store(
                "<carl@c.example>\nTo: <first@b.example>",
                "<dora@d.example>",
                "2026-11-02T09:30:00Z",
                "subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nx\r\n".getBytes(UTF_8));
        bounce = stage.store(
                "<>",
                "<ann@a.example>",
                "2026-11-03T09:30:00Z",
                ("Subject: Gr\u00fc\u00dfe\r\n\r\n" + "x".repeat(5_000)).getBytes(ISO_8859_1));
    }

    @AfterEach
    void close() throws IOException {
        stage.close();
    }

    private List<String> ls(String... filters) {
        var line = new String[filters.length + 1];
        line[0] = "ls";
        System.arraycopy(filters, 0, line, 1, filters.length);
        Boxcar.Outcome outcome = stage.run(line);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        return outcome.out()
                .lines()
                .map(text -> text.replaceFirst("\\{\"id\":\"|", "").substring(0, 26))
                .toList();
    }

    @Test
    void filtersBySenderAndRecipientOfTheEnvelopeIgnoringCase() {
        assertThat(ls("--from", "ann@")).containsExactly(plain);
        assertThat(ls("--from", "<>")).containsExactly(bounce);
        assertThat(ls("--to", "B.EXAMPLE")).containsExactly(plain, encoded);
        assertThat(ls("--to", "never"))
                .as("parameters are not part of the path")
                .isEmpty();
        assertThat(ls("--from", "size")).isEmpty();
    }

    @Test
    void filtersByFoldedEncodedAndRawSubjects() {
        assertThat(ls("--subject", "quarterly report")).containsExactly(plain);
        assertThat(ls("--subject", "gr\u00fc\u00dfe")).containsExactly(encoded, bounce);
        assertThat(ls("--subject", "none of it")).as("text of the body").isEmpty();
    }

    @Test
    void filtersByTimeAndSize() {
        assertThat(ls("--since", "2026-11-02")).containsExactly(encoded, bounce);
        assertThat(ls("--until", "2026-11-02T09:30:00Z")).containsExactly(plain);
        assertThat(ls("--since", "2026-11-02 10:30+01:00", "--until", "2026-11-03"))
                .containsExactly(encoded);
        assertThat(ls("--larger", "1k")).containsExactly(bounce);
        assertThat(ls("--smaller", "1k", "--json")).containsExactly(plain, encoded);
        assertThat(ls("--larger", "1k", "--from", "ann")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "90s, 2026-11-22T11:58:30Z",
        "15m, 2026-11-22T11:45:00Z",
        "2h, 2026-11-22T10:00:00Z",
        "7d, 2026-11-15T12:00:00Z",
        "1.5h, 2026-11-22T10:30:00Z",
        "1w, 2026-11-15T12:00:00Z",
        "2026-11-22, 2026-11-22T00:00:00Z",
        "2026-11-22T09:30, 2026-11-22T09:30:00Z",
        "2026-11-22T09:30:05+01:00, 2026-11-22T08:30:05Z",
        "2026-11-22T09:30:05.250Z, 2026-11-22T09:30:05.250Z"
    })
    void readsPointsInTime(String text, Instant instant) {
        var noon = new InstantConverter(Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC));
        assertThat(noon.convert(text)).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "yesterday", "2026-13-01", "2026-11-22T25:00", "5x", "2h30m", "-1h", "9999999999999d", "2026"
            })
    void refusesInvalidTimes(String text) {
        assertThatThrownBy(() -> new InstantConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("invalid time '" + text + "'");
    }

    @Test
    void reportsAnInvalidFilterInOneLine() {
        for (String invalid : List.of("--since=tomorrow", "--larger=much", "--larger=-1", "--until=", "--form=x")) {
            Boxcar.Outcome outcome = stage.run("ls", invalid);
            assertThat(outcome.status()).as(invalid).isEqualTo(2);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("boxcar: " + invalid.substring(0, invalid.indexOf('=')));
        }
    }

    @Test
    void exportsTheMessagesThatMatch() throws IOException {
        Path to = directory.resolve("export");
        Boxcar.Outcome outcome = stage.run("export", "--larger=1k", to.toString());
        assertThat(outcome.out()).isEqualTo("1 message exported to " + to + System.lineSeparator());
        assertThat(outcome.err()).as("progress is for terminals only").isEmpty();
        try (var files = Files.list(to)) {
            assertThat(files).containsExactly(to.resolve(bounce + ".eml"));
        }
    }

    @Test
    void exportDoesNotOverwriteAMailbox() throws IOException {
        Path box = directory.resolve("mbox");
        Files.writeString(box, "From somebody");
        Boxcar.Outcome outcome = stage.run("export", "--format=mbox", directory.toString());
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .containsExactly("boxcar: " + box + " already exists: choose another directory");
        assertThat(box).hasContent("From somebody");
    }

    @Test
    void reportsAnExportToAFileInOneLine() {
        Boxcar.Outcome outcome =
                stage.run("export", directory.resolve("spool/format").toString());
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("boxcar: ")
                .contains("format");
    }

    @Test
    void reportsADamagedMessageAndExportsTheOthers() throws IOException {
        byte[] bytes = Files.readAllBytes(stage.segment());
        bytes[new String(bytes, ISO_8859_1).indexOf("none of it")] ^= 1;
        Files.write(stage.segment(), bytes);
        Path to = directory.resolve("export");

        Boxcar.Outcome outcome = stage.run("export", to.toString());

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err().lines()).singleElement().asString().contains(plain, "damaged", "spool verify");
        assertThat(outcome.out()).startsWith("3 messages exported");
        assertThat(to.resolve(encoded + ".eml")).isRegularFile();
    }

    @Test
    void showsProgressOnATerminalOnOneLineThatIsClearedAtTheEnd() {
        var now = new AtomicLong();
        var terminal = new StringWriter();
        try (var progress = new ProgressLine(new PrintWriter(terminal), true, now::get)) {
            progress.update(1, 1000, 1 << 20);
            assertThat(terminal.toString()).as("a quick export shows nothing").isEmpty();
            now.addAndGet(250_000_000);
            progress.update(2, 1000, 5 << 20);
            progress.update(3, 1000, 5 << 20);
            assertThat(terminal.toString()).isEqualTo("\r2 of 1000 messages (0 %), 5 MiB");
        }
        assertThat(terminal.toString()).endsWith("MiB\r" + " ".repeat(31) + "\r");

        var file = new StringWriter();
        try (var progress = new ProgressLine(new PrintWriter(file), false, now::get)) {
            now.addAndGet(250_000_000);
            progress.update(2, 1000, 5 << 20);
        }
        assertThat(file.toString()).isEmpty();
    }
}
