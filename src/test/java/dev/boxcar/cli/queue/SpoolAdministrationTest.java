// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.HoldTime;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueAdministrationContract;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueueContract;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.FaultyDisk;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do with a queue in a spool, while no relay uses it. */
class SpoolAdministrationTest extends QueueAdministrationContract {
    @TempDir
    Path directory;

    private @Nullable SegmentSpool spool;

    /** An operator is often root, and the relay often is not. */
    @Test
    void theOwnerOfTheSpoolOwnsWhatRootHasWritten() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may give files away");
        int daemon = 1;
        Ulid id = put("bob@x.example");
        closeAll();
        Path mail = Files.writeString(
                Files.createDirectories(directory.resolve("maildrop")).resolve("1.mail"), "");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(one -> !one.equals(mail)).toList()) {
                Files.setAttribute(file, "unix:uid", daemon);
            }
        }
        Path link = Files.createSymbolicLink(directory.resolve("segment").resolve("link"), Path.of("/etc/passwd"));

        try (QueueAdministration queue = administer()) {
            assertThat(queue.change(QueueChange.HOLD, List.of(id))).isEmpty();
        }

        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.equals(mail) && !file.equals(link))
                            .toList())
                    .hasSizeGreaterThan(2)
                    .allSatisfy(file ->
                            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(daemon));
        }
        assertThat(Files.getAttribute(mail, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(Path.of("/etc/passwd"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void aChangeThatTheDiskHasNoRoomForIsNoSuccess() throws Exception {
        Ulid id = put("bob@x.example");
        closeAll();
        String message = "cannot be recovered";
        for (int room = 0; message.contains("cannot be recovered"); room += 40) { // until the spool can be opened
            var disk = new FaultyDisk();
            disk.roomBytes = room;
            try (var queue = new SpoolAdministration(directory, disk, Map.of(), complaint -> {})) {
                message = String.valueOf(assertThatThrownBy(() -> queue.change(QueueChange.RM, List.of(id)))
                        .isInstanceOf(IOException.class)
                        .actual()
                        .getMessage());
            }
        }
        assertThat(message).isEqualTo("not every message was changed: the disk is full");
        try (QueueAdministration queue = administer()) {
            assertThat(queue.find(id)).isNotNull();
        }
    }

    private SpoolRelayQueue queue() throws Exception {
        SegmentSpool opened = spool;
        if (opened == null) {
            opened = SegmentSpool.open(directory, SpoolRelayQueue.SPOOL_OPTIONS, cause -> {});
            spool = opened;
        }
        return new SpoolRelayQueue(opened, 10_000);
    }

    @Override
    protected Ulid put(Envelope envelope, byte[] content, @Nullable DeliveryState state) throws Exception {
        SpoolRelayQueue queue = queue();
        var outcome = new CompletableFuture<CommitOutcome>();
        Ulid id = queue.append(envelope, content, Runnable::run, outcome::complete);
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
        if (state != null) {
            RelayQueueContract.record(queue, id, state);
        }
        return id;
    }

    @Override
    protected QueueAdministration administer() throws Exception {
        closeAll();
        return new SpoolAdministration(
                directory, Map.of(), complaint -> assertThat(complaint).isNull());
    }

    /** The schedule of a relay shows which are due. */
    @Override
    protected List<RelayQueueContract.Message> due() throws Exception {
        var shown = new RelayQueueContract.Shown();
        queue().open(Runnable::run, shown);
        awaitQuiet(shown.messages);
        var due = new ArrayList<RelayQueueContract.Message>();
        for (RelayQueueContract.Message message : shown.messages) {
            if (isDue(message)) {
                due.add(message);
            }
        }
        closeAll(); // only one process may change a spool
        return due;
    }

    private boolean isDue(RelayQueueContract.Message message) throws Exception {
        DeliveryState state = message.state();
        QueuedMail mail = Objects.requireNonNull(queue().read(message.id()));
        Instant from =
                state == null || state.attempts() == 0 ? HoldTime.of(mail.envelope(), mail.received()) : state.next();
        return (state == null || !state.isHeld()) && !from.isAfter(Instant.now());
    }

    @Override
    protected void closeAll() throws Exception {
        SegmentSpool opened = spool;
        spool = null;
        if (opened != null) {
            opened.close();
        }
    }
}
