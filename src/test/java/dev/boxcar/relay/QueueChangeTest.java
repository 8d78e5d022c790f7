// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.control.ControlClient;
import dev.boxcar.relay.control.ControlServer;
import dev.boxcar.relay.control.ControlSocket;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.spool.Ulid;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator does with queued messages while the relay runs. */
class QueueChangeTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";
    private static final RetrySchedule IN_AN_HOUR =
            RetrySchedule.DEFAULTS.withFirst(Duration.ofHours(1)).withWaits(Duration.ofHours(1), Duration.ofHours(1));

    private final AtomicBoolean busy = new AtomicBoolean(true);

    @TempDir
    Path directory;

    private Downstream busyServer() throws Exception {
        return Downstream.start(
                event -> busy.get() && event.line().contains("bob@") ? "450 4.2.1 mailbox is busy" : null);
    }

    /** Sends a message and waits until its first attempt has failed. */
    private static Ulid deferred(RelayFixture relay) throws Exception {
        relay.send(MESSAGE, "bob@there.example");
        await().atMost(LIMIT).until(relay::hasState);
        return relay.ids().get(0);
    }

    @Test
    void aMessageIsTriedNowWhenItIsRetried() throws Exception {
        try (var downstream = busyServer();
                var relay = RelayFixture.to(downstream).withRetries(IN_AN_HOUR).start()) {
            Ulid id = deferred(relay);
            busy.set(false);
            assertThat(relay.change(id, QueueChange.RETRY)).isTrue();
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void aMessageThatIsHeldIsTriedOnlyAfterItsRelease() throws Exception {
        try (var downstream = busyServer();
                var relay = RelayFixture.to(downstream)
                        .withSpool(directory)
                        .withRetries(RetrySchedule.DEFAULTS.withWaits(Duration.ofMillis(300), Duration.ofMillis(300)))
                        .start()) {
            Ulid id = deferred(relay);
            relay.change(id, QueueChange.HOLD);
            await().atMost(LIMIT).until(() -> relay.isHeld(id));
            int attempts = downstream.commands().size();
            busy.set(false);
            await().during(Duration.ofMillis(700))
                    .atMost(LIMIT)
                    .until(() -> downstream.recipients().isEmpty()
                            && downstream.commands().size() - attempts <= 1); // QUIT may follow

            relay.change(id, QueueChange.RELEASE);
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void aMessageThatIsBouncedIsReturnedToItsSender() throws Exception {
        try (var downstream = busyServer();
                var relay = RelayFixture.to(downstream).withRetries(IN_AN_HOUR).start()) {
            relay.change(deferred(relay), QueueChange.BOUNCE);
            relay.awaitEmptyQueue();

            assertThat(downstream.recipients()).containsExactly("ann@sender.example");
            assertThat(downstream.messages().get(0).content())
                    .contains("mailbox is busy")
                    .contains("returned by the operator");
        }
    }

    @Test
    void aMessageThatIsRemovedIsGoneWithoutAReport() throws Exception {
        try (var downstream = busyServer();
                var relay = RelayFixture.to(downstream).withRetries(IN_AN_HOUR).start()) {
            relay.change(deferred(relay), QueueChange.RM);
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).isEmpty();
        }
    }

    /** Messages for which there is no room at a destination that hangs wait outside of it. */
    @Test
    void aMessageThatWaitsForRoomIsRemovedAtOnce() throws Exception {
        int messages = 520;
        try (var downstream = Downstream.start(event -> Downstream.SILENCE);
                var relay = RelayFixture.to(downstream)
                        .withTimeouts(Duration.ofMinutes(5))
                        .start()) {
            for (int i = 0; i < messages; i++) {
                relay.enqueue("<ann@sender.example>", MESSAGE, "bob@there.example");
            }
            await().atMost(LIMIT)
                    .until(() -> relay.view().snapshot().destinations().stream()
                            .anyMatch(one -> one.waiting() + one.inDelivery() == messages));
            for (Ulid id : relay.ids()) {
                assertThat(relay.change(id, QueueChange.RM)).isTrue();
            }

            await().atMost(LIMIT).until(() -> relay.ids().size() <= messages - 15);
        }
    }

    @Test
    void anUnknownMessageIsNotChanged() throws Exception {
        try (var downstream = busyServer();
                var relay = RelayFixture.to(downstream).start()) {
            assertThat(relay.change(new Ulid(1, 2), QueueChange.RM)).isFalse();
        }
    }

    @Test
    void theControlSocketBelongsToItsOwnerAndAnswersForEachId() throws Exception {
        Path socket = ControlSocket.of(directory, directory);
        Ulid known = new Ulid(1 << 20, 1);
        List<Ulid> ids = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            ids.add(new Ulid(1 << 20, i));
        }
        try (var server = ControlServer.listen(
                socket, (id, change) -> id.equals(known) && change == QueueChange.HOLD, id -> List.of())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            try (ControlClient client = ControlClient.connect(socket)) {
                assertThat(client.change(QueueChange.HOLD, ids)).hasSize(19_999).doesNotContain(known);
            }
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void aSocketWhosePathWouldBeTooLongIsInTheRuntimeDirectory() throws Exception {
        Path deep = directory.resolve("d".repeat(100));
        Path other = Files.createDirectories(deep.resolve("other"));

        Path socket = ControlSocket.of(deep, directory);

        assertThat(socket.getParent()).isEqualTo(directory);
        assertThat(socket).isNotEqualTo(ControlSocket.of(other, directory));
    }

    /** Under systemd the relay has no runtime directory of the kind that a log-in has. */
    @Test
    void aCommandWithAnotherRuntimeDirectoryFindsTheSocket() throws Exception {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(100)));
        Path socket = ControlSocket.of(deep, directory);
        ControlSocket.link(deep, socket);
        ControlSocket.link(deep, socket); // the relay was killed and started again

        assertThat(ControlSocket.find(deep, directory.resolve("another"))).isEqualTo(socket);

        Path shallow = Files.createDirectories(directory.resolve("s"));
        Files.createSymbolicLink(shallow.resolve("control"), socket); // it was moved here
        ControlSocket.link(shallow, ControlSocket.of(shallow, directory));
        assertThat(shallow).isEmptyDirectory();
        assertThat(ControlSocket.find(shallow, directory)).isEqualTo(shallow.resolve("control"));
    }

    /** A killed relay leaves its socket; then the spool is moved, and its path is too long for a socket. */
    @Test
    void aSocketThatAKilledRelayLeftMakesRoomForTheLink() throws Exception {
        Path shallow = Files.createDirectories(directory.resolve("s"));
        try (var killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(ControlSocket.of(shallow, directory)));
        }
        Path deep = Files.move(shallow, directory.resolve("d".repeat(100)));
        assertThat(deep.resolve("control")).exists();
        Path socket = ControlSocket.of(deep, directory);

        ControlSocket.link(deep, socket);

        assertThat(ControlSocket.find(deep, directory.resolve("another"))).isEqualTo(socket);
    }

    @Test
    void aFileThatIsNotASocketIsNotReplacedByTheLink() throws Exception {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(100)));
        Path file = Files.writeString(deep.resolve("control"), "text");

        assertThatIOException().isThrownBy(() -> ControlSocket.link(deep, ControlSocket.of(deep, directory)));
        assertThat(file).hasContent("text");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aCopiedLinkDoesNotLeadToTheRelayOfTheOriginal(int nameLength) throws Exception {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(100)));
        ControlSocket.link(deep, ControlSocket.of(deep, directory));
        Path copy = Files.createDirectories(directory.resolve("c".repeat(nameLength)));
        Files.copy(deep.resolve("control"), copy.resolve("control"), LinkOption.NOFOLLOW_LINKS);

        assertThatIOException()
                .isThrownBy(() -> ControlSocket.find(copy, directory))
                .withMessageContaining("another spool");
    }

    @Test
    void theLinkIsFollowedWhateverPathLeadsToTheSpool() throws Exception {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(100)));
        Path socket = ControlSocket.of(deep, directory);
        ControlSocket.link(deep, socket);

        Path alias = Files.createSymbolicLink(directory.resolve("alias"), deep);
        assertThat(ControlSocket.find(alias, directory)).isEqualTo(socket);
        Path renamed = Files.move(deep, directory.resolve("e".repeat(100)));
        assertThat(ControlSocket.find(renamed, directory)).isEqualTo(socket);
    }
}
