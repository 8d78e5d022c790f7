// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.maildrop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.RelaySink;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The way from the maildrop into the queue. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class MaildropPickupTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TEXT = "Subject: hi\r\n\r\ntext\r\n";
    private static final long MAX_BYTES = 1_000_000;

    @TempDir
    Path directory;

    private final MemorySpool spool = new MemorySpool(MemorySpool.capacityThatFits());
    private final SpoolRelayQueue queue = new SpoolRelayQueue(spool, 1000);

    @AfterEach
    void close() throws Exception {
        spool.close();
    }

    private MaildropPickup pickup() throws IOException {
        return MaildropPickup.start(
                directory, new RelaySink(queue.sink(), UnaryOperator.identity()), "relay.example", MAX_BYTES);
    }

    private Path put(String content, String recipient) throws IOException {
        try (var writer = MaildropWriter.begin(directory)) {
            byte[] bytes = content.getBytes(US_ASCII);
            writer.write(bytes, 0, bytes.length);
            var envelope = new EnvelopeWriter(EnvelopeWriter.preamble("maildrop", "1.2.3.4:5", "liar", "SMTP", "root"));
            byte[] sender = "<a@b.example> BODY=8BITMIME".getBytes(US_ASCII);
            envelope.reversePath(sender, 0, sender.length);
            byte[] to = recipient.getBytes(US_ASCII);
            envelope.forwardPath(to, 0, to.length);
            writer.commit(envelope.finish(Instant.parse("2026-11-30T10:00:00.000Z"), Set.of()));
            return directory.resolve("maildrop").resolve(writer.name() + ".mail");
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory.resolve("maildrop"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void mailIsTakenAtTheStartAndWhileTheRelayRuns() throws Exception {
        put(TEXT, "<early@x.example> NOTIFY=NEVER");
        try (var pickup = pickup()) {
            await().atMost(LIMIT).until(() -> queue.size() == 1);
            put(TEXT, "<late@x.example>");
            await().atMost(LIMIT).until(() -> queue.size() == 2);
            await().atMost(LIMIT).until(() -> files().isEmpty());
        }
        QueuedMail mail = Objects.requireNonNull(queue.read(spool.ids().get(0)));
        try (var content = mail.open()) {
            assertThat(new String(content.readAllBytes(), US_ASCII)).isEqualTo(TEXT);
        }
        assertThat(mail.envelope().toString())
                .isEqualTo("Session: maildrop\nClient: local\nHelo: relay.example\nProtocol: local\n"
                        + "From: <a@b.example> BODY=8BITMIME\nTo: <early@x.example> NOTIFY=NEVER\n"
                        + "Received: 2026-11-30T10:00:00.000Z\n");
    }

    @Test
    void aFileThatWasCutOffAnywhereIsSetAside() throws Exception {
        byte[] whole = Files.readAllBytes(put(TEXT, "<bob@x.example>"));
        Files.delete(files().get(0));
        Path maildrop = directory.resolve("maildrop");
        int step = 7;
        int count = 0;
        for (int length = whole.length - 1; length >= 0; length -= step) {
            Path file = maildrop.resolve(count++ + ".mail");
            Files.write(file, Arrays.copyOf(whole, length));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        put(TEXT, "<whole@x.example>");
        try (var pickup = pickup()) {
            await().atMost(LIMIT).until(() -> MaildropDirectory.waiting(directory) == 0);
        }
        assertThat(files()).hasSize(count).allMatch(file -> file.toString().endsWith(".mail.bad"));
        assertThat(recipients()).containsExactly("<whole@x.example>");
    }

    @Test
    void whatIsNoMessageOfItsOwnerIsNotTaken() throws Exception {
        Path maildrop = MaildropDirectory.create(directory);
        Path elsewhere = Files.move(put(TEXT, "<link@x.example>"), directory.resolve("elsewhere"));
        Files.createSymbolicLink(maildrop.resolve("0-link.mail"), elsewhere);
        Files.createLink(maildrop.resolve("1-hard.mail"), elsewhere);
        Files.createDirectory(maildrop.resolve("2-directory.mail"));
        Files.setPosixFilePermissions(put(TEXT, "<writable@x.example>"), PosixFilePermissions.fromString("rw-rw-rw-"));
        put(TEXT, "no path");
        put("x".repeat((int) MAX_BYTES + 1), "<large@x.example>");
        Files.writeString(maildrop.resolve("README"), "rubbish");
        Files.writeString(maildrop.resolve("begun.tmp"), "boxcar maildrop 1\n");
        put(TEXT, "<good@x.example>");
        try (var pickup = pickup()) {
            await().atMost(LIMIT)
                    .until(() ->
                            files().stream().noneMatch(file -> file.toString().endsWith(".mail")));
            put(TEXT, "<later@x.example>");
            await().atMost(LIMIT).until(() -> queue.size() == 2);
        }
        assertThat(recipients()).containsExactly("<good@x.example>", "<later@x.example>");
        assertThat(files()).contains(maildrop.resolve("README"), maildrop.resolve("begun.tmp"));
    }

    @Test
    void mailWaitsWhileTheQueueIsFull() throws Exception {
        put(TEXT, "<bob@x.example>");
        var full = new SpoolRelayQueue(spool, 0);
        try (var pickup = MaildropPickup.start(directory, full.sink(), "relay.example", MAX_BYTES)) {
            Path looked = MaildropDirectory.create(directory).resolve("9.mail");
            Files.writeString(looked, ""); // set aside only after the first file was looked at
            await().atMost(LIMIT).until(() -> !Files.exists(looked));
        }
        assertThat(queue.size()).isZero();
        assertThat(MaildropDirectory.waiting(directory)).isOne();
        try (var pickup = pickup()) {
            await().atMost(LIMIT).until(() -> queue.size() == 1);
        }
    }

    @Test
    void everyoneMayPutMailIntoTheMaildropAndOnlyTheRelayMayListIt() throws Exception {
        Path maildrop = MaildropDirectory.create(directory);

        assertThat(Files.getAttribute(maildrop, "unix:mode")).isEqualTo(0041733);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(put(TEXT, "<bob@x.example>"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aWriterThatDoesNotCommitLeavesNothing() throws Exception {
        try (var writer = MaildropWriter.begin(directory)) {
            writer.write(new byte[100], 0, 100);
            assertThat(files()).hasSize(1);
        }
        assertThat(files()).isEmpty();
    }

    private List<String> recipients() throws IOException {
        var recipients = new ArrayList<String>();
        for (Ulid id : spool.ids()) {
            QueuedMail mail = Objects.requireNonNull(queue.read(id));
            recipients.addAll(mail.envelope().all("To"));
        }
        return recipients;
    }
}
