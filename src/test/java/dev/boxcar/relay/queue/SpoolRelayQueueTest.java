// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue over a spool on disk, also after a restart. */
class SpoolRelayQueueTest extends RelayQueueContract {
    private final List<SegmentSpool> spools = new ArrayList<>();

    @TempDir
    Path directory;

    @Override
    protected RelayQueue open(int maxMessages) throws Exception {
        SegmentSpool spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS, cause -> {});
        spools.add(spool);
        return new SpoolRelayQueue(spool, maxMessages);
    }

    @Override
    protected void closeAll() throws Exception {
        for (SegmentSpool spool : spools) {
            spool.close();
        }
        spools.clear();
    }

    @Test
    void messagesOfAnEarlierRunAreShownWithTheirStates() throws Exception {
        var before = new Shown();
        RelayQueue first = open(1000);
        first.open(Runnable::run, before);
        for (int i = 0; i < 600; i++) {
            append(first, "text " + i);
        }
        List<Ulid> ids = before.messages.stream().map(Message::id).toList();
        DeliveryState state = DeliveryState.untried(1, Instant.parse("2026-11-30T13:00:00Z"))
                .afterAttempt(Instant.parse("2026-11-30T14:00:00Z"), "an attempt");
        record(first, ids.get(1), state);
        settle(first, ids.get(0));
        closeAll();

        var after = new Shown();
        open(1000).open(Runnable::run, after);
        await().atMost(Duration.ofSeconds(20)).until(() -> after.loaded);

        assertThat(after.messages).extracting(Message::id).containsExactlyElementsOf(ids.subList(1, ids.size()));
        assertThat(after.messages.get(0).state()).isEqualTo(state);
        assertThat(after.messages).allMatch(message -> message.accepted() == null);
    }

    @Test
    void theFirstAttemptNeedsNoFileAndLaterOnesDo() throws Exception {
        RelayQueue queue = open(1000);
        var shown = new Shown();
        queue.open(Runnable::run, shown);
        append(queue, "sent at once");
        append(queue, "deferred");

        QueuedMail first = Objects.requireNonNull(shown.messages.get(0).accepted());
        MailBytes bytes = Objects.requireNonNull(first.takeFromMemory());
        assertThat(new String(bytes.array(), 0, bytes.length(), US_ASCII)).isEqualTo("sent at once");
        assertThat(first.takeFromMemory()).isNull();
        try (InputStream in = first.open()) {
            assertThat(in).hasContent("sent at once");
        }
        QueuedMail second = Objects.requireNonNull(shown.messages.get(1).accepted());
        record(queue, shown.messages.get(1).id(), DeliveryState.untried(1, Instant.EPOCH));
        assertThat(second.takeFromMemory()).isNull();
    }

    @Test
    void aDamagedStateCountsAsNone() throws Exception {
        RelayQueue queue = open(1000);
        var shown = new Shown();
        queue.open(Runnable::run, shown);
        append(queue, "text");
        Ulid id = shown.messages.get(0).id();
        spools.get(0)
                .putState(
                        id,
                        SpoolRelayQueue.NAMESPACE,
                        KeyValueText.of("Attempts", "many"),
                        Runnable::run,
                        outcome -> {});
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !spools.get(0).states(id).isEmpty());

        assertThat(queue.state(id)).isNull();
    }
}
