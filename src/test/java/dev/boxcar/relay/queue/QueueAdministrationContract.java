// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators may expect of every queue while no relay delivers from it. */
@Timeout(120)
public abstract class QueueAdministrationContract {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final Instant LATER = NOW.plus(1, ChronoUnit.HOURS);
    private static final String REPLY = "450 4.2.1 busy";

    private @Nullable QueueAdministration administration;

    /** Puts a message into the empty queue, in this state; null for a new one. */
    protected abstract Ulid put(Envelope envelope, byte[] content, @Nullable DeliveryState state) throws Exception;

    /** Ends what {@link #put} began, and opens the administration. */
    protected abstract QueueAdministration administer() throws Exception;

    /** Has a relay without a next hop take the mail that is due, and returns what it was shown. */
    protected abstract List<RelayQueueContract.Message> due() throws Exception;

    /** Closes everything. */
    protected abstract void closeAll() throws Exception;

    @AfterEach
    void close() throws Exception {
        if (administration != null) {
            administration.close();
        }
        closeAll();
    }

    protected static Envelope envelope(String parameters, String... recipients) {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("1", "127.0.0.1:1", "client.example", "ESMTP"));
        byte[] from = ("<ann@sender.example>" + parameters).getBytes(US_ASCII);
        writer.reversePath(from, 0, from.length);
        for (String recipient : recipients) {
            byte[] to = ("<" + recipient + ">").getBytes(US_ASCII);
            writer.forwardPath(to, 0, to.length);
        }
        return writer.finish(NOW, EnumSet.noneOf(Envelope.Flag.class));
    }

    protected final Ulid put(String recipient) throws Exception {
        return put(envelope("", recipient), "text".getBytes(US_ASCII), null);
    }

    protected final Ulid putDeferred(String recipient) throws Exception {
        return put(envelope("", recipient), "text".getBytes(US_ASCII), deferred());
    }

    private Ulid putScheduled(String recipient) throws Exception {
        return put(envelope(" HOLDUNTIL=" + LATER, recipient), "text".getBytes(US_ASCII), null);
    }

    private static DeliveryState deferred() {
        return DeliveryState.untried(1, NOW)
                .withPending(List.of(new RecipientState(0, "4.2.1", REPLY)))
                .afterAttempt(LATER, NOW + " mx.there.example " + REPLY);
    }

    private QueueAdministration administration() throws Exception {
        QueueAdministration known = administration;
        if (known == null) {
            known = administer();
            administration = known;
        }
        return known;
    }

    private ListedMail find(Ulid id) throws Exception {
        return Objects.requireNonNull(administration().find(id), "not queued: " + id);
    }

    protected final List<ListedMail> all() throws Exception {
        var all = new ArrayList<ListedMail>();
        administration().forEach(all::add);
        return all;
    }

    protected final void change(QueueChange change, Ulid... ids) throws Exception {
        assertThat(administration().change(change, List.of(ids))).isEmpty();
    }

    private List<Ulid> dueIds() throws Exception {
        return due().stream().map(RelayQueueContract.Message::id).toList();
    }

    @Test
    void everyMessageIsListedWithItsEnvelopeAndState() throws Exception {
        Ulid fresh = put(envelope("", "bob@there.example", "bea@there.example"), new byte[3_000], null);
        Ulid deferred = putDeferred("carl@there.example");
        Ulid scheduled = putScheduled("dora@there.example");

        assertThat(all()).extracting(ListedMail::id).containsExactlyInAnyOrder(fresh, deferred, scheduled);
        ListedMail one = find(fresh);
        assertThat(one.envelope().reversePath()).hasToString("<ann@sender.example>");
        assertThat(one.envelope().forwardPaths()).hasSize(2);
        assertThat(one.bytes()).isEqualTo(3_000);
        assertThat(one.received()).isEqualTo(NOW);
        assertThat(one.state().attempts()).isZero();
        assertThat(one.state().pending()).hasSize(2);
        assertThat(find(deferred).state()).isEqualTo(deferred());
        assertThat(find(scheduled).state().next()).isEqualTo(LATER);
    }

    @Test
    void aLargeMessageIsListedLikeOthers() throws Exception {
        Ulid large = put(envelope("", "bob@there.example"), new byte[3_000_000], null);
        Ulid largeAndDeferred = put(envelope("", "carl@there.example"), new byte[2_000_000], deferred());

        assertThat(find(large).bytes()).isEqualTo(3_000_000);
        assertThat(find(largeAndDeferred).bytes()).isEqualTo(2_000_000);
        assertThat(find(largeAndDeferred).state()).isEqualTo(deferred());
        change(QueueChange.HOLD, large);
        assertThat(find(large).state().isHeld()).isTrue();
        assertThat(find(large).bytes()).isEqualTo(3_000_000);
    }

    @Test
    void anUnknownMessageIsNeitherFoundNorChanged() throws Exception {
        Ulid known = put("bob@there.example");
        Ulid unknown = new Ulid(1, 1);

        assertThat(administration().find(unknown)).isNull();
        for (QueueChange change : QueueChange.values()) {
            assertThat(administration().change(change, List.of(unknown)))
                    .as(change.text())
                    .containsExactly(unknown);
        }
        assertThat(all()).extracting(ListedMail::id).containsExactly(known);
    }

    @Test
    void aHeldMessageIsNotShownToRelaysUntilItIsReleased() throws Exception {
        Ulid fresh = put("bob@there.example");
        Ulid deferred = putDeferred("carl@there.example");
        change(QueueChange.HOLD, fresh, deferred);
        assertThat(find(fresh).state().isHeld()).isTrue();
        assertThat(find(deferred).state().isHeld()).isTrue();
        assertThat(find(deferred).state().attempts()).isEqualTo(1);
        change(QueueChange.RETRY, fresh, deferred);
        assertThat(all()).hasSize(2).allMatch(mail -> mail.state().isHeld());
        assertThat(administration().totals().held()).isEqualTo(2);
        assertThat(dueIds()).isEmpty();

        change(QueueChange.RELEASE, fresh, deferred);

        assertThat(all()).hasSize(2).noneMatch(mail -> mail.state().isHeld());
        assertThat(dueIds()).containsExactlyInAnyOrder(fresh, deferred);
    }

    @Test
    void aDeferredMessageIsDueOnceItIsRetried() throws Exception {
        Ulid retried = putDeferred("bob@there.example");
        Ulid other = putDeferred("carl@there.example");

        change(QueueChange.RETRY, retried);

        assertThat(find(retried).state().attempts()).isEqualTo(1);
        assertThat(find(other).state()).isEqualTo(deferred());
        assertThat(dueIds()).containsExactly(retried);
    }

    @Test
    void aMessageThatIsScheduledBySenderIsNotDeliveredEarlier() throws Exception {
        Ulid scheduled = putScheduled("bob@there.example");
        change(QueueChange.RETRY, scheduled);
        change(QueueChange.HOLD, scheduled);
        assertThat(administration().totals().held()).isEqualTo(1);
        change(QueueChange.RELEASE, scheduled);

        ListedMail listed = find(scheduled);
        assertThat(listed.state().isHeld()).isFalse();
        assertThat(listed.state().next()).isEqualTo(LATER);
        assertThat(administration().totals().scheduled()).isEqualTo(1);
        assertThat(dueIds()).isEmpty();
    }

    @Test
    void aMessageThatIsRemovedIsGone() throws Exception {
        Ulid fresh = put("bob@there.example");
        Ulid deferred = putDeferred("carl@there.example");
        Ulid held = put("dora@there.example");
        Ulid kept = put("ed@there.example");
        change(QueueChange.HOLD, held);

        change(QueueChange.RM, fresh, deferred, held);

        assertThat(all()).extracting(ListedMail::id).containsExactly(kept);
        assertThat(dueIds()).containsExactly(kept);
    }

    @Test
    void aMessageThatIsBouncedIsShownToARelayThatReturnsIt() throws Exception {
        Ulid fresh = put("bob@there.example");
        Ulid deferred = putDeferred("carl@there.example");
        Ulid held = put("dora@there.example");
        change(QueueChange.HOLD, held);

        change(QueueChange.BOUNCE, fresh, deferred, held);

        assertThat(all()).hasSize(3).allMatch(mail -> mail.state().isReturned());
        assertThat(due())
                .hasSize(3)
                .allMatch(message -> Objects.requireNonNull(message.state()).isReturned());
    }

    @Test
    void messagesAreCountedByWhatTheyWaitForAndWhere() throws Exception {
        put("bob@there.example");
        put("bea@there.example");
        putDeferred("carl@there.example");
        putScheduled("dora@there.example");
        Ulid held = put("ed@there.example");
        change(QueueChange.HOLD, held);

        QueueTotals totals = administration().totals();

        assertThat(totals.active()).isEqualTo(2);
        assertThat(totals.deferred()).isEqualTo(1);
        assertThat(totals.scheduled()).isEqualTo(1);
        assertThat(totals.held()).isEqualTo(1);
        assertThat(totals.waitingByHost()).isEqualTo(Map.of("mx.there.example", 1, "", 2));
        assertThat(Duration.between(Instant.ofEpochMilli(totals.oldestMillis()), NOW))
                .isLessThan(Duration.ofHours(1));
    }

    @Test
    void thousandsOfMessagesAreListedAndChangedTogether() throws Exception {
        List<Ulid> ids = putMany(2_500);
        assertThat(all()).extracting(ListedMail::id).containsExactlyInAnyOrderElementsOf(ids);

        assertThat(administration().change(QueueChange.HOLD, ids)).isEmpty();

        assertThat(all())
                .filteredOn(mail -> mail.state().isHeld())
                .extracting(ListedMail::id)
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    private List<Ulid> putMany(int messages) throws Exception {
        put("first@there.example");
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            var put = new ArrayList<Future<Ulid>>();
            for (int i = 1; i < messages; i++) {
                put.add(threads.submit(() -> put("bob@there.example")));
            }
            for (Future<Ulid> one : put) {
                one.get();
            }
        } finally {
            threads.shutdown();
        }
        return all().stream().map(ListedMail::id).toList();
    }

    /** Waits until as many messages were shown, and a little longer. */
    protected static void awaitQuiet(List<RelayQueueContract.Message> shown) {
        var last = new int[] {-1};
        await().pollInterval(Duration.ofMillis(700)).atMost(LIMIT).until(() -> {
            boolean isSame = last[0] == shown.size();
            last[0] = shown.size();
            return isSame;
        });
    }

    protected static IOException unexpected(Object outcome) {
        return new IOException("unexpected outcome: " + outcome);
    }
}
