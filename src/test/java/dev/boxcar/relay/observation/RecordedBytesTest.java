// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.delivery.DeliveryObserver.ObservedSession;
import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.UlidGenerator;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The recorded sessions of deliveries stay below 16 MiB, however many there are and whatever the servers say. */
class RecordedBytesTest {
    private static final long LIMIT_BYTES = 16L * 1024 * 1024;
    private static final MailHost HOST = new MailHost("127.0.0.1", 25, 0, 1);
    private static final Reply LONG_REPLY = Reply.of(250, "", "x".repeat(400));

    private static final Envelope ENVELOPE = Mail.envelope("ann@sender.example");
    /** Its bytes are not asked for. */
    private static final QueuedMail MAIL = new QueuedMail() {
        @Override
        public Envelope envelope() {
            return ENVELOPE;
        }

        @Override
        public Instant received() {
            return Instant.EPOCH;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public InputStream open() {
            return InputStream.nullInputStream();
        }

        @Override
        public String quarantine() {
            return "nowhere";
        }
    };

    private final AttemptRecorder recorder = new AttemptRecorder();
    private final UlidGenerator ids = new UlidGenerator(System::currentTimeMillis);

    @Test
    void oldSessionsAreForgottenBeforeTheRecordingsTakeTooMuch() {
        Ulid first = ids.next();
        session(first, 50);
        assertThat(recorder.find(first)).hasSize(1);
        long before = recorder.bytes();
        Ulid last = first;
        for (long sessions = 0; sessions < 2 * LIMIT_BYTES / before; sessions++) {
            last = ids.next();
            session(last, 50);
            assertThat(recorder.bytes()).isLessThan(LIMIT_BYTES);
        }
        assertThat(recorder.find(first)).isEmpty();
        assertThat(recorder.find(last)).hasSize(1);
    }

    @Test
    void aServerThatTalksWithoutEndFillsNoMemory() {
        session(ids.next(), 100_000);
        assertThat(recorder.bytes()).isLessThan(LIMIT_BYTES);
    }

    @Test
    void onlyTheLastTransactionsAreRemembered() {
        ObservedSession session = open();
        Ulid first = ids.next();
        session.sending(request(first), DkimResult.NONE);
        assertThat(recorder.find(first)).hasSize(1);
        Ulid last = first;
        for (int i = 0; i < 16_000; i++) {
            last = ids.next();
            session.sending(request(last), DkimResult.NONE);
        }
        assertThat(recorder.find(first)).isEmpty();
        assertThat(recorder.find(last)).hasSize(1);
    }

    private ObservedSession open() {
        return Objects.requireNonNull(recorder.open(HOST, new InetSocketAddress("127.0.0.1", 25), System.nanoTime()));
    }

    /** A session of one message with so many replies. */
    private void session(Ulid id, int replies) {
        ObservedSession session = open();
        session.sending(request(id), DkimResult.NONE);
        SessionListener listener = Objects.requireNonNull(session.listener());
        for (int i = 0; i < replies; i++) {
            long nanos = System.nanoTime();
            listener.queued(i, null, nanos);
            listener.ready(i, LONG_REPLY, 406, nanos);
            listener.wrote(406, nanos);
        }
        listener.closed(System.nanoTime());
    }

    private static DeliveryRequest request(Ulid id) {
        return new DeliveryRequest(id, ENVELOPE, MAIL, 1, List.of(0));
    }
}
