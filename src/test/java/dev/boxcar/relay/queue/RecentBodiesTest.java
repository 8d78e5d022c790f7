// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.Mail;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentBodiesTest {
    private final MemorySpool spool = new MemorySpool(10_000_000);
    private long nanos;
    private final BodyBuffers buffers = new BodyBuffers(1_000_000);
    private final RecentBodies recent = new RecentBodies(1000, buffers, () -> nanos);

    @Test
    void aMessageIsTakenOnce() throws IOException {
        Ulid id = add("text");

        assertThat(text(recent.take(id))).isEqualTo("text");
        assertThat(recent.take(id)).isNull();
        assertThat(recent.heldBytes()).isZero();
    }

    /** The first attempts are made in the order of acceptance, so the older message is needed sooner. */
    @Test
    void whenItIsFullTheOldMessagesStay() throws IOException {
        Ulid first = add("x".repeat(600));
        Ulid second = add("x".repeat(600));

        assertThat(recent.take(second)).isNull();
        assertThat(recent.take(first)).matches(bytes -> bytes.length() == 600);
        Ulid third = add("x".repeat(600));
        assertThat(recent.take(third)).matches(bytes -> bytes.length() == 600);
    }

    @Test
    void aMessageThatWaitsLongMakesRoom() throws IOException {
        Ulid first = add("x".repeat(600));
        nanos = Duration.ofSeconds(11).toNanos();
        Ulid second = add("x".repeat(600));

        assertThat(recent.take(first)).isNull();
        assertThat(recent.take(second)).matches(bytes -> bytes.length() == 600);
    }

    @Test
    void aMessageThatIsDroppedLeavesItsBufferToTheNext() throws IOException {
        var large = new RecentBodies(100_000, buffers, () -> nanos);
        Ulid first = Mail.stored(spool, "x".repeat(70_000));
        large.add(record(first));
        nanos = Duration.ofSeconds(11).toNanos();
        Ulid second = Mail.stored(spool, "y".repeat(70_000));
        large.add(record(second));
        nanos = Duration.ofSeconds(22).toNanos();
        large.add(record(Mail.stored(spool, "small")));

        assertThat(large.take(second)).isNull();
        assertThat(buffers.idleBytes()).isEqualTo(80 * 1024); // one buffer for both
    }

    @Test
    void aLargeMessageIsLeftOut() throws IOException {
        var large = new RecentBodies(10_000_000, buffers, () -> nanos);
        Ulid id = Mail.stored(spool, "x".repeat(200_000));
        large.add(record(id));

        assertThat(large.heldBytes()).isZero();
        assertThat(large.take(id)).isNull();
    }

    private static String text(@Nullable MailBytes bytes) {
        return new String(Objects.requireNonNull(bytes).array(), 0, bytes.length(), US_ASCII);
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
