// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The file of a large message is missing or damaged: the sender is told, once, and other mail is delivered. */
@Timeout(120)
class DamagedLargeMessageTest {
    private static final String LARGE = "Subject: large\r\n\r\n" + ("x".repeat(76) + "\r\n").repeat(20_000);

    @TempDir
    Path directory;

    /** What happens to the file, and whether something of the message is left. */
    enum Damage {
        MISSING(false),
        EMPTY(true),
        TORN(true),
        WRONG_BYTE(true),
        WITHOUT_REFERENCE(false);

        final boolean leavesBytes;

        Damage(boolean leavesBytes) {
            this.leavesBytes = leavesBytes;
        }

        void apply(Path spool) throws IOException {
            Path file = onlyFile(spool.resolve("blob"), ".eml");
            switch (this) {
                case MISSING -> Files.delete(file);
                case EMPTY -> Files.write(file, new byte[0]);
                case TORN -> cut(file, LARGE.length() / 2);
                case WRONG_BYTE -> overwrite(file, LARGE.length() / 2);
                case WITHOUT_REFERENCE -> {
                    Path segment = segmentWith(spool, "Octets: ");
                    overwrite(segment, Files.readString(segment, ISO_8859_1).indexOf("Octets: "));
                }
            }
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }

    private static void overwrite(Path file, long at) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            open.write('!');
        }
    }

    private static Path segmentWith(Path spool, String text) throws IOException {
        try (Stream<Path> files = Files.walk(spool)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".seg")).toList()) {
                if (Files.readString(file, ISO_8859_1).contains(text)) {
                    return file;
                }
            }
        }
        throw new AssertionError("no segment has " + text);
    }

    private static Path onlyFile(Path directory, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(one -> one.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Downstream closedUntil(AtomicBoolean isOpen) throws IOException {
        return Downstream.start(event -> event.verb().equals("RCPT") && !isOpen.get() ? "450 4.2.1 later" : null);
    }

    private static void sendBoth(RelayFixture relay) throws IOException {
        relay.send(LARGE, "bob@there.example");
        relay.send("Subject: small\r\n\r\ntext\r\n", "eve@there.example");
        relay.awaitDeferrals(2);
    }

    @ParameterizedTest
    @EnumSource
    void itIsReturnedWhileTheRelayRuns(Damage damage) throws Exception {
        var isOpen = new AtomicBoolean();
        try (var downstream = closedUntil(isOpen);
                var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
            sendBoth(relay);
            for (Ulid id : relay.ids()) { // so that no attempt has anything in memory
                relay.change(id, QueueChange.HOLD);
                await().atMost(LIMIT).until(() -> relay.isHeld(id));
            }
            damage.apply(directory);
            isOpen.set(true);
            for (Ulid id : relay.ids()) {
                relay.change(id, QueueChange.RELEASE);
            }
            relay.awaitEmptyQueue();

            assertReturned(downstream, damage);
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsReturnedOnceIfItWasDamagedWhileTheRelayWasStopped(Damage damage) throws Exception {
        var isOpen = new AtomicBoolean();
        try (var downstream = closedUntil(isOpen)) {
            try (var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
                sendBoth(relay);
            }
            damage.apply(directory);
            isOpen.set(true);
            try (var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
                relay.awaitEmptyQueue();
            }
            try (var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
                relay.awaitEmptyQueue();
            }
            assertReturned(downstream, damage);
        }
    }

    private void assertReturned(Downstream downstream, Damage damage) throws IOException {
        assertThat(downstream.recipients()).containsExactlyInAnyOrder("ann@sender.example", "eve@there.example");
        Downstream.Received report = downstream.messages().stream()
                .filter(one -> one.from().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(report.content())
                .contains("Final-Recipient: rfc822; bob@there.example\r\nAction: failed\r\nStatus: 5.3.0")
                .contains("Send the message again");
        Path quarantine = directory.resolve("quarantine");
        assertThat(Files.readString(onlyFile(quarantine, ".envelope"))).contains("bob@there.example");
        try (Stream<Path> files = Files.list(quarantine)) {
            assertThat(files.filter(one -> one.toString().endsWith(".eml"))).hasSize(damage.leavesBytes ? 1 : 0);
        }
        if (damage == Damage.TORN) {
            assertThat(onlyFile(quarantine, ".eml")).hasSize(LARGE.length() / 2);
        }
    }
}
