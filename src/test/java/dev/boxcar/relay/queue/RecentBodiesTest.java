// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.Mail;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RecentBodiesTest {
    private final MemorySpool spool = new MemorySpool(10_000_000);
    private long nanos;
    private final RecentBodies recent = new RecentBodies(1000, () -> nanos);

    @Test
    void aMessageIsTakenOnce() throws IOException {
        Ulid id = add("text");

        assertThat(recent.take(id)).asString().isEqualTo("text");
        assertThat(recent.take(id)).isNull();
        assertThat(recent.heldBytes()).isZero();
    }

    /** The first attempts are made in the order of acceptance, so the older message is needed sooner. */
    @Test
    void whenItIsFullTheOldMessagesStay() throws IOException {
        Ulid first = add("x".repeat(600));
        Ulid second = add("x".repeat(600));

        assertThat(recent.take(second)).isNull();
        assertThat(recent.take(first)).hasSize(600);
        Ulid third = add("x".repeat(600));
        assertThat(recent.take(third)).hasSize(600);
    }

    @Test
    void aMessageThatWaitsLongMakesRoom() throws IOException {
        Ulid first = add("x".repeat(600));
        nanos = Duration.ofSeconds(11).toNanos();
        Ulid second = add("x".repeat(600));

        assertThat(recent.take(first)).isNull();
        assertThat(recent.take(second)).hasSize(600);
    }

    @Test
    void aLargeMessageIsLeftOut() throws IOException {
        var large = new RecentBodies(10_000_000, () -> nanos);
        Ulid id = Mail.stored(spool, "x".repeat(200_000));
        large.add(record(id));

        assertThat(large.heldBytes()).isZero();
        assertThat(large.take(id)).isNull();
    }

    private Ulid add(String content) throws IOException {
        Ulid id = Mail.stored(spool, content);
        recent.add(record(id));
        return id;
    }

    private SpoolRecord record(Ulid id) throws IOException {
        return Objects.requireNonNull(spool.find(id));
    }
}
