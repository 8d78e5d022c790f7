// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.submitter.Submitter;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.spool.Ulid;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link RelayQueue} promises. */
public abstract class RelayQueueContract {
    private static final int MAX_MESSAGES = 3;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    /** A time that is past, so that an attempt is due. */
    private static final Instant LONG_AGO = Instant.parse("2026-11-01T12:00:00Z");

    private final Shown shown = new Shown();

    /** An empty queue of at most this many messages. */
    protected abstract RelayQueue open(int maxMessages) throws Exception;

    /** Closes what {@link #open} opened. */
    protected abstract void closeAll() throws Exception;

    @AfterEach
    void close() throws Exception {
        closeAll();
    }

    /** What a listener was shown. */
    public record Message(
            Ulid id,
            @Nullable QueuedMail accepted,
            @Nullable DeliveryState state) {}

    /** Collects what it is shown. */
    public static final class Shown implements RelayQueue.Listener {
        public final List<Message> messages = new CopyOnWriteArrayList<>();
        public volatile boolean loaded;

        @Override
        public void queued(Ulid id, @Nullable QueuedMail accepted, @Nullable DeliveryState state) {
            messages.add(new Message(id, accepted, state));
        }

        @Override
        public void loaded() {
            loaded = true;
        }
    }

    public static Envelope envelope() {
        return envelope(EnvelopeWriter.preamble("1", "127.0.0.1:1", "client.example", "ESMTP"));
    }

    private static Envelope envelope(byte[] preamble) {
        var writer = new EnvelopeWriter(preamble);
        byte[] from = "<ann@sender.example>".getBytes(US_ASCII);
        writer.reversePath(from, 0, from.length);
        byte[] to = "<bob@there.example>".getBytes(US_ASCII);
        writer.forwardPath(to, 0, to.length);
        return writer.finish(NOON, EnumSet.noneOf(Envelope.Flag.class));
    }

    public static void append(RelayQueue queue, String content) throws Exception {
        append(queue, envelope(), content);
    }

    private static void append(RelayQueue queue, Envelope envelope, String content) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        queue.append(envelope, content.getBytes(US_ASCII), Runnable::run, outcome::complete);
        assertThat(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
    }

    private Ulid onlyId() {
        await().atMost(LIMIT).until(() -> !shown.messages.isEmpty());
        return shown.messages.get(0).id();
    }

    public static void record(RelayQueue queue, Ulid id, DeliveryState state) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        queue.record(id, state, Runnable::run, outcome::complete);
        assertThat(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
    }

    public static void settle(RelayQueue queue, Ulid id) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        queue.settle(id, "delivered", Runnable::run, outcome::complete);
        assertThat(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
    }

    @Test
    void anEmptyQueueIsLoadedAtOnce() throws Exception {
        open(MAX_MESSAGES).open(Runnable::run, shown);

        await().atMost(LIMIT).until(() -> shown.loaded);
        assertThat(shown.messages).isEmpty();
    }

    @Test
    void aNewMessageIsShownOnceWithItsEnvelope() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        append(queue, "text");
        onlyId();

        assertThat(shown.messages).hasSize(1);
        Message message = shown.messages.get(0);
        QueuedMail accepted = Objects.requireNonNull(message.accepted());
        assertThat(accepted.envelope().forwardPaths()).hasSize(1);
        assertThat(accepted.received()).isEqualTo(NOON);
        try (InputStream in = accepted.open()) {
            assertThat(in.readAllBytes()).isEqualTo("text".getBytes(US_ASCII));
        }
        assertThat(message.state()).isNull();
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void aMessageIsReadAsItWasAppended() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        append(queue, "text");

        QueuedMail mail = Objects.requireNonNull(queue.read(onlyId()));
        try (InputStream in = mail.open()) {
            assertThat(in.readAllBytes()).isEqualTo("text".getBytes(US_ASCII));
        }
        assertThat(mail.bytes()).isEqualTo(4);
        assertThat(mail.received()).isEqualTo(NOON);
        assertThat(mail.envelope().reversePath()).hasToString("<ann@sender.example>");
    }

    /** Routes are chosen by them at each attempt. */
    @Test
    void theClientAndItsUserSurviveAnAttempt() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        append(queue, envelope(EnvelopeWriter.preamble("1", "[2001:db8::7]:4711", "c", "ESMTPA", "shop")), "text");
        Ulid id = onlyId();
        Submitter expected = Objects.requireNonNull(Submitter.at("2001:db8::7")).withUser("shop");
        assertThat(submitter(queue, id)).isEqualTo(expected);

        DeliveryState state = DeliveryState.untried(1, LONG_AGO).afterAttempt(LONG_AGO.plusSeconds(60), "one");
        record(queue, id, state);
        await().atMost(LIMIT).until(() -> state.equals(queue.state(id)));

        assertThat(submitter(queue, id)).isEqualTo(expected);
    }

    @Test
    void aMessageWhoseEnvelopeNamesNoClientHasAnUnknownOne() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        append(queue, envelope("Session: 1\n".getBytes(US_ASCII)), "text");

        assertThat(submitter(queue, onlyId())).isEqualTo(Submitter.UNKNOWN);
    }

    private static Submitter submitter(RelayQueue queue, Ulid id) throws Exception {
        return Submitter.of(Objects.requireNonNull(queue.read(id)).envelope());
    }

    @Test
    void theLatestStateIsKept() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        append(queue, "text");
        Ulid id = onlyId();
        assertThat(queue.state(id)).isNull();

        DeliveryState first = DeliveryState.untried(1, LONG_AGO).afterAttempt(LONG_AGO.plusSeconds(60), "one");
        record(queue, id, first);
        await().atMost(LIMIT)
                .until(() -> first.equals(queue.state(id))); // a shared queue shows the message again first
        DeliveryState second = first.withPending(List.of(new RecipientState(0, "4.2.0", "450 4.2.0 try later")))
                .afterAttempt(LONG_AGO.plusSeconds(120), "two")
                .warned();
        record(queue, id, second);

        await().atMost(LIMIT).until(() -> second.equals(queue.state(id)));
    }

    @Test
    void progressIsKnownWhileAnAttemptGoesOn() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        append(queue, "text");
        Ulid id = onlyId();

        DeliveryState progress =
                DeliveryState.untried(1, LONG_AGO).withPending(List.of(new RecipientState(0, "2.0.0", "250 ok")));
        queue.recordProgress(id, progress);

        await().atMost(LIMIT).until(() -> progress.equals(queue.state(id)));
        assertThat(queue.read(id)).isNotNull();
    }

    @Test
    void aSettledMessageIsGone() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        append(queue, "text");
        Ulid id = onlyId();
        settle(queue, id);

        assertThat(queue.read(id)).isNull();
        assertThat(queue.size()).isZero();
    }

    @Test
    void aFullQueueRefusesMoreUntilAMessageIsSettled() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);
        queue.open(Runnable::run, shown);
        for (int i = 0; i < MAX_MESSAGES; i++) {
            assertThat(queue.sink().admits(10)).isEqualTo(Admission.ADMITTED);
            append(queue, "text");
        }
        assertThat(queue.admits(10)).isEqualTo(Admission.NO_ROOM);
        settle(queue, onlyId());

        assertThat(queue.admits(10)).isEqualTo(Admission.ADMITTED);
    }

    @Test
    void anUnknownMessageIsNeitherReadNorKnown() throws Exception {
        RelayQueue queue = open(MAX_MESSAGES);

        assertThat(queue.read(new Ulid(1, 1))).isNull();
        assertThat(queue.state(new Ulid(1, 1))).isNull();
    }
}
