// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.Ulid;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue of messages that are passed on. */
@Timeout(60)
class AutoReleaseQueueTest {
    private static final MessageRelease NOWHERE = new MessageRelease(
            "127.0.0.1",
            1,
            ClientOptions.named("sink.test").withTimeouts(MessageRelease.TIMEOUTS),
            null,
            Pattern.compile("@allowed\\.example$"),
            Pattern.compile("^blocked@"));
    private static final List<Mailbox> ALLOWED = List.of(new Mailbox("a", "allowed.example"));
    private static final Ulid ID = Objects.requireNonNull(Ulid.parse("01M8N2D1HM000DZJN344Y0A99P"));

    private final ConcurrentLinkedQueue<Ulid> sought = new ConcurrentLinkedQueue<>();

    @Test
    void dropsAndCountsMessagesWhenTheQueueIsFull() {
        var blocked = new CountDownLatch(1);
        var release = new AutoRelease("release", NOWHERE, id -> {
            awaitUninterrupted(blocked);
            sought.add(id);
            return null;
        });
        for (int i = 0; i < AutoRelease.MAX_QUEUED + 5; i++) {
            release.release(ID, ALLOWED);
        }
        assertThat(release.failed()).isBetween(4L, 5L); // one message may have left the queue already
        blocked.countDown();
        release.close();
        assertThat(sought).hasSizeBetween(AutoRelease.MAX_QUEUED, AutoRelease.MAX_QUEUED + 1);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void queuesOnlyWhatHasPermittedRecipients() {
        var release = new AutoRelease("release", NOWHERE, id -> {
            sought.add(id);
            return null;
        });
        release.release(ID, List.of(new Mailbox("a", "other.example"), new Mailbox("blocked", "allowed.example")));
        release.release(ID, List.of());
        release.release(ID, ALLOWED);
        await().atMost(Duration.ofSeconds(30)).until(() -> !sought.isEmpty());
        release.close();
        assertThat(sought).hasSize(1);
        assertThat(release.failed()).as("a deleted message is no failure").isZero();
    }

    @Test
    void takesNothingAfterItWasClosed() {
        var release = new AutoRelease("release", NOWHERE, id -> null);
        release.close();
        release.release(ID, ALLOWED);
        assertThat(release.failed()).isEqualTo(1);
    }
}
