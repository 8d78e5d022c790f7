// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ingest} against our own server. */
@Timeout(120)
class IngestTest {
    @TempDir
    Path directory;

    private SmtpServer server;
    private MemorySpool spool;
    private String address;

    @BeforeEach
    void start() throws IOException {
        spool = new MemorySpool(64 << 20);
        server = SmtpServer.start(
                new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS.withMessageBytes(1000)),
                Ports.of(new SpoolSink(spool)));
        address = "127.0.0.1:" + server.listen("127.0.0.1", 0).get(0).getPort();
    }

    @AfterEach
    void stop() throws Exception {
        server.shutdown(Duration.ofSeconds(1));
        spool.close();
    }

    private Boxcar.Outcome ingest(String... arguments) {
        var all = new ArrayList<>(List.of("ingest", "--smtp", address));
        all.addAll(List.of(arguments));
        return Boxcar.run(Map.of(), all.toArray(String[]::new));
    }

    private Path file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, ISO_8859_1);
    }

    /** Each stored message: sender, recipients, and text with LF line ends. */
    private List<String> stored() throws IOException {
        var stored = new ArrayList<String>();
        for (Ulid id : spool.ids()) {
            SpoolRecord record = Objects.requireNonNull(spool.find(id));
            try (InputStream body = record.body()) {
                stored.add(record.envelope().reversePath() + " "
                        + record.envelope().forwardPaths() + " "
                        + new String(body.readAllBytes(), ISO_8859_1).replace("\r\n", "\n"));
            }
        }
        return stored;
    }

    @Test
    void sendsTheMessagesOfAnMbox() throws Exception {
        Path mbox = file(
                "mail.mbox",
                "From a@a.example Mon Nov 30 10:00:00 2026\nTo: x@x.example, Y <y@y.example>\n\nhello\n>From the start\n"
                        + ">>From quoted\nFrom here it goes on\n\nFrom Monday, 10:00 on\n\nFrom now\n\n"
                        + "From - Mon Nov 30 10:00:00 2026\nFrom: t@t.example\nTo: m@m.example\n\nmoz\n\n"
                        + "From 1832929883591034824@xxx Fri May 23 16:35:53 +0000 2025\nFrom: g@g.example\n\ntakeout\n\n"
                        + "From MAILER-DAEMON Mon Nov 30 10:00:00 2026\nFrom: b@b.example\n\nno recipient\n\n"
                        + "From c@c.example\r\nReturn-Path: <>\r\nCc: z@z.example\r\n\r\n.dot\r\n");
        Boxcar.Outcome outcome = ingest(mbox.toString());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("5 messages sent to " + address + System.lineSeparator());
        assertThat(outcome.status()).isZero();
        assertThat(stored())
                .containsExactly(
                        "<a@a.example> [<x@x.example>, <y@y.example>] To: x@x.example, Y <y@y.example>\n\nhello\nFrom the start\n"
                                + ">From quoted\nFrom here it goes on\n\nFrom Monday, 10:00 on\n\nFrom now\n",
                        "<t@t.example> [<m@m.example>] From: t@t.example\nTo: m@m.example\n\nmoz\n",
                        "<1832929883591034824@xxx> [<nobody@localhost>] From: g@g.example\n\ntakeout\n",
                        "<b@b.example> [<nobody@localhost>] From: b@b.example\n\nno recipient\n",
                        "<> [<z@z.example>] Return-Path: <>\nCc: z@z.example\n\n.dot\n");
    }

    @Test
    void unquotesAnOldMboxOnceOnly() throws Exception {
        Path mbox = file("old", "From a@a.example\nTo: x@x.example\n\n>From one\n>>From two\n");
        assertThat(ingest("--mbox", "mboxo", mbox.toString()).status()).isZero();
        assertThat(stored().get(0)).endsWith("\nFrom one\n>>From two\n");
    }

    @Test
    void readsDirectoriesAndMaildirs() throws Exception {
        file("mail/cur/1:2,S", "To: a@a.example\n\none\n");
        file("mail/new/2", "To: b@b.example\n\ntwo\n");
        file("mail/tmp/3", "To: c@c.example\n\nincomplete\n");
        file("mail/dovecot.index", "binary");
        file("mail/.Sent/cur/4:2,S", "To: d@d.example\n\nsent\n");
        Files.createDirectories(directory.resolve("mail/.Sent/new"));
        file("other/x.eml", "To: e@e.example\n\neml\n");
        file("other/readme.txt", "not mail");
        file("other/archive", "From f@f.example\nTo: g@g.example\n\nin an mbox\n");
        Boxcar.Outcome outcome = ingest(directory.toString());
        assertThat(outcome.status()).isZero();
        assertThat(stored())
                .extracting(message ->
                        message.substring(message.indexOf("\n\n") + 2).strip())
                .containsExactlyInAnyOrder("one", "two", "sent", "eml", "in an mbox");
    }

    @Test
    void reportsEachMessageThatIsNotAcceptedAndSendsTheOthers() throws Exception {
        Path large = file("large.eml", "To: a@a.example\n\n" + "text\n".repeat(400));
        Path small = file("small.eml", "To: a@a.example\n\nsmall\n");
        Path missing = directory.resolve("missing.eml");
        Boxcar.Outcome outcome = ingest(large.toString(), missing.toString(), small.toString());
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("boxcar: " + large + ": <a@a.example> ") && line.contains("5.3.4"))
                .contains("boxcar: " + missing + ": no such file");
        assertThat(outcome.out()).startsWith("1 message sent to ").contains(", 2 not sent");
        assertThat(stored()).hasSize(1);

        outcome = ingest("--max-message-size", "100", large.toString());
        assertThat(outcome.err()).startsWith("boxcar: " + large + ": larger than --max-message-size");
    }

    @Test
    void replacesTheRecipients() throws Exception {
        Path eml = file("m.eml", "To: a@a.example\n\ntext\n");
        assertThat(ingest("--to", "me@here.example", eml.toString()).status()).isZero();
        assertThat(stored().get(0)).contains("[<me@here.example>]");
    }

    @Test
    void sendsMoreThanABatch() throws Exception {
        var mbox = new StringBuilder();
        for (int i = 0; i < 450; i++) {
            mbox.append("From a@a.example\nTo: x@x.example\n\nnumber ")
                    .append(i)
                    .append("\n\n");
        }
        assertThat(ingest(file("big.mbox", mbox.toString()).toString()).status())
                .isZero();
        assertThat(stored()).hasSize(450);
        assertThat(stored().get(449)).endsWith("number 449\n");
    }

    @Test
    void reportsAServerThatIsNotThereInOneLine() throws Exception {
        Path eml = file("m.eml", "To: a@a.example\n\ntext\n");
        server.shutdown(Duration.ZERO);
        Boxcar.Outcome outcome = ingest(eml.toString());
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err().lines()).singleElement().asString().startsWith("boxcar: cannot send to " + address);
    }
}
