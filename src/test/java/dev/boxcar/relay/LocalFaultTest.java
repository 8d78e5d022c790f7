// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trouble on the relay's own machine: a full disk, a damaged message, a clock that is set. */
class LocalFaultTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    @TempDir
    Path directory;

    // ---- a full disk

    @Test
    void deliveriesGoOnWhileTheDiskIsFullAndTheirResultsAreKept() throws Exception {
        var disk = new FaultyDisk();
        var isOpen = new AtomicBoolean();
        try (var downstream =
                Downstream.start(event -> event.verb().equals("RCPT") && !isOpen.get() ? "450 4.2.1 later" : null)) {
            try (var relay = RelayFixture.to(downstream)
                    .withSpool(directory)
                    .withDisk(disk)
                    .start()) {
                for (int i = 0; i < 5; i++) {
                    relay.send(MESSAGE, "u" + i + "@there.example");
                }
                await().atMost(LIMIT).until(relay::hasState);
                disk.roomBytes = 0;
                isOpen.set(true);
                await().atMost(LIMIT).until(() -> downstream.messages().size() == 5);
                assertThat(relay.size()).isEqualTo(5); // nothing could be written

                disk.roomBytes = Long.MAX_VALUE;
                relay.awaitEmptyQueue();
            }
            try (var again = RelayFixture.to(downstream).withSpool(directory).start()) {
                again.send(MESSAGE, "last@there.example");
                again.awaitEmptyQueue();
            }
            assertThat(downstream.recipients())
                    .containsExactlyInAnyOrder(
                            "u0@there.example",
                            "u1@there.example",
                            "u2@there.example",
                            "u3@there.example",
                            "u4@there.example",
                            "last@there.example");
        }
    }

    @Test
    void aRecipientThatWasDeliveredWhileTheDiskWasFullIsNotDeliveredAgain() throws Exception {
        var disk = new FaultyDisk();
        var isFull = new AtomicBoolean();
        var refusals = new AtomicInteger();
        try (var downstream = Downstream.start(event -> {
                    if (!event.verb().equals("RCPT")) {
                        return null;
                    }
                    boolean waits = event.line().contains("late@") && refusals.get() < 3;
                    if (waits && isFull.get()) {
                        refusals.incrementAndGet();
                    }
                    return !isFull.get() || waits ? "450 4.2.1 later" : null;
                });
                var relay = RelayFixture.to(downstream)
                        .withSpool(directory)
                        .withDisk(disk)
                        .start()) {
            relay.send(MESSAGE, "soon@there.example", "late@there.example");
            await().atMost(LIMIT).until(relay::hasState);
            disk.roomBytes = 0;
            isFull.set(true);
            await().atMost(LIMIT).until(() -> downstream.messages().size() == 2);
            disk.roomBytes = Long.MAX_VALUE;
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("soon@there.example", "late@there.example");
        }
    }

    // ---- a damaged message

    @Test
    void aDamagedMessageIsReturnedAndKeptForTheOperatorAndOthersGoOn() throws Exception {
        var isOpen = new AtomicBoolean();
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && !isOpen.get() ? "450 4.2.1 later" : null);
                var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
            relay.send("Subject: hi\r\n\r\nDAMAGE-ME\r\n", "bob@there.example");
            relay.send(MESSAGE, "eve@there.example");
            await().atMost(LIMIT).until(() -> relay.size() == 2 && relay.hasState());
            damageBetweenAttempts(relay, "DAMAGE-ME", isOpen);
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactlyInAnyOrder("ann@sender.example", "eve@there.example");
            Downstream.Received report = downstream.messages().stream()
                    .filter(one -> one.from().isEmpty())
                    .findFirst()
                    .orElseThrow();
            assertThat(report.content())
                    .contains("Final-Recipient: rfc822; bob@there.example\r\nAction: failed\r\nStatus: 5.3.0")
                    .contains("damaged")
                    .contains("Send the message again");
            assertThat(quarantined(".eml")).contains("Subject: hi").contains("XAMAGE-ME");
            assertThat(quarantined(".envelope")).contains("bob@there.example");
        }
    }

    @Test
    void aMessageWhoseEnvelopeCannotBeReadDoesNotStayInTheQueue() throws Exception {
        var isOpen = new AtomicBoolean();
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && !isOpen.get() ? "450 4.2.1 later" : null);
                var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.send(MESSAGE, "eve@there.example");
            await().atMost(LIMIT).until(() -> relay.size() == 2 && relay.hasState());
            damageBetweenAttempts(relay, "From: <ann@", isOpen); // the first message's
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).contains("eve@there.example").doesNotContain("bob@there.example");
        }
    }

    @Test
    void aMessageThatWasDamagedWhileTheRelayWasStoppedIsReturnedOnceAndOthersGoOn() throws Exception {
        try (var first = Downstream.start(event -> event.verb().equals("RCPT") ? "450 4.2.1 later" : null);
                var relay = RelayFixture.to(first).withSpool(directory).start()) {
            relay.send("Subject: hi\r\n\r\nDAMAGE-ME\r\n", "bob@there.example");
            relay.send(MESSAGE, "eve@there.example");
            await().atMost(LIMIT).until(() -> relay.size() == 2 && relay.hasState());
        }
        damage("DAMAGE-ME");
        try (var second = Downstream.start()) {
            try (var relay = RelayFixture.to(second).withSpool(directory).start()) {
                relay.awaitEmptyQueue();
            }
            try (var relay = RelayFixture.to(second).withSpool(directory).start()) {
                relay.send(MESSAGE, "after@there.example"); // nothing of before is sent again
                relay.awaitEmptyQueue();
            }
            assertThat(second.recipients())
                    .containsExactlyInAnyOrder("ann@sender.example", "eve@there.example", "after@there.example");
            Downstream.Received report = second.messages().stream()
                    .filter(one -> one.from().isEmpty())
                    .findFirst()
                    .orElseThrow();
            assertThat(report.content())
                    .contains("Final-Recipient: rfc822; bob@there.example\r\nAction: failed\r\nStatus: 5.3.0")
                    .contains("Send the message again");
        }
        assertThat(quarantined(".eml")).contains("XAMAGE-ME");
    }

    @Test
    void aMessageThatWasDeliveredAndThenDamagedIsNotReturned() throws Exception {
        try (var downstream = Downstream.start()) {
            try (var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
                relay.send("Subject: hi\r\n\r\nDAMAGE-ME\r\n", "bob@there.example");
                relay.awaitEmptyQueue();
            }
            damage("DAMAGE-ME");
            try (var relay = RelayFixture.to(downstream).withSpool(directory).start()) {
                relay.send(MESSAGE, "after@there.example");
                relay.awaitEmptyQueue();
            }
            assertThat(downstream.recipients()).containsExactly("bob@there.example", "after@there.example");
        }
    }

    /** Damages a message of which no attempt has anything in memory. */
    private void damageBetweenAttempts(RelayFixture relay, String text, AtomicBoolean isOpen) throws IOException {
        for (Ulid id : relay.ids()) {
            relay.change(id, QueueChange.HOLD);
            await().atMost(LIMIT).until(() -> relay.isHeld(id));
        }
        damage(text);
        isOpen.set(true);
        for (Ulid id : relay.ids()) {
            relay.change(id, QueueChange.RELEASE);
        }
    }

    /** Changes the first byte of the first occurrence of this text in the spool's segments. */
    private void damage(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".seg")).toList()) {
                int at = Files.readString(file, ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    try (var segment = new RandomAccessFile(file.toFile(), "rw")) {
                        segment.seek(at);
                        segment.write('X');
                    }
                    return;
                }
            }
        }
        throw new AssertionError("no segment has " + text);
    }

    private String quarantined(String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("quarantine"))) {
            Path file = files.filter(one -> one.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file, ISO_8859_1);
        }
    }

    // ---- a clock that is set

    @ParameterizedTest
    @ValueSource(strings = {"PT-240H", "PT-1H", "PT-10S"})
    void aMessageDoesNotWaitLongerBecauseTheClockWasSetBack(Duration step) throws Exception {
        var offset = new AtomicLong();
        var refusals = new AtomicInteger();
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && refusals.getAndIncrement() == 0 ? "450 later" : null);
                var fixture = RelayFixture.to(downstream);
                var relay = fixture.withRetries(
                                fixture.retries().withWaits(Duration.ofMillis(500), Duration.ofMillis(500)))
                        .withClock(() -> System.currentTimeMillis() + offset.get())
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            await().atMost(LIMIT).until(relay::hasState);
            offset.set(step.toMillis());
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void aClockThatIsSetForwardMakesWaitingMailDueOnceAndReturnsNothing() throws Exception {
        var offset = new AtomicLong();
        var isOpen = new AtomicBoolean();
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && !isOpen.get() ? "450 4.2.1 later" : null);
                var relay = RelayFixture.to(downstream)
                        .withRetries(RetrySchedule.DEFAULTS)
                        .withClock(() -> System.currentTimeMillis() + offset.get())
                        .start()) {
            for (int i = 0; i < 20; i++) {
                relay.send(MESSAGE, "u" + i + "@there.example");
            }
            await().atMost(LIMIT).until(relay::hasState);
            offset.set(Duration.ofMinutes(30).toMillis());
            await().atMost(LIMIT).until(() -> attempts(downstream) == 40); // within the longest sleep
            offset.addAndGet(Duration.ofSeconds(30).toMillis()); // not yet due again
            isOpen.set(true);
            relay.send(MESSAGE, "new@there.example");
            await().atMost(LIMIT).until(() -> relay.size() == 20);

            assertThat(attempts(downstream)).isEqualTo(41);
            assertThat(downstream.recipients()).containsExactly("new@there.example");
        }
    }

    private static long attempts(Downstream downstream) {
        return downstream.commands().stream()
                .filter(line -> line.startsWith("RCPT"))
                .count();
    }

    @Test
    void aMessageFromBeforeTheClockWasSetBackIsTriedSoonAfterARestart() throws Exception {
        var tomorrow = Duration.ofDays(1).toMillis();
        try (var first = Downstream.start(event -> event.verb().equals("RCPT") ? "450 4.2.1 later" : null);
                var relay = RelayFixture.to(first)
                        .withSpool(directory)
                        .withClock(() -> System.currentTimeMillis() + tomorrow)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            await().atMost(LIMIT).until(relay::hasState);
        }
        try (var second = Downstream.start();
                var relay = RelayFixture.to(second).withSpool(directory).start()) {
            relay.awaitEmptyQueue();

            assertThat(second.recipients()).contains("bob@there.example");
        }
    }

    // ---- forces

    @Test
    void anIdleRelayPaysNoForceForADelivery() throws Exception {
        var disk = new FaultyDisk();
        var isOpen = new AtomicBoolean();
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && !isOpen.get() ? "450 4.2.1 later" : null);
                var relay = RelayFixture.to(downstream)
                        .withSpool(directory)
                        .withDisk(disk)
                        .start()) {
            int messages = 50;
            for (int i = 0; i < messages; i++) {
                relay.send(MESSAGE, "u" + i + "@there.example");
            }
            await().atMost(LIMIT).until(relay::hasState);
            int before = disk.forces.get();
            long started = System.nanoTime();
            isOpen.set(true);
            relay.awaitEmptyQueue();
            long seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();

            // results are forced together, once per second
            assertThat(disk.forces.get() - before).isLessThanOrEqualTo((int) seconds + 2);
        }
    }
}
