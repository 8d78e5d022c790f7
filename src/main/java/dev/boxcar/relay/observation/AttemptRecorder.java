// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import dev.boxcar.record.Recorder;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.relay.delivery.DeliveryObserver.ObservedSession;
import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import dev.boxcar.spool.Ulid;
import dev.boxcar.unit.AddressText;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records the sessions in which the relay sends mail, as those of clients are recorded, and finds them by message. It
 * keeps the last ones, in at most 16 MiB together. No content of messages and no secrets are kept. Any thread.
 */
public final class AttemptRecorder {
    private static final long MAX_SESSION_BYTES = 12L * 1024 * 1024;
    /** Each takes about 250 bytes with its map entry, so 4 MiB at most. */
    private static final int MAX_TRANSACTIONS = 16_000;

    private final Recorder recorder = new Recorder(MAX_SESSION_BYTES);
    private final AtomicLong opened = new AtomicLong();
    /** Guarded by this. */
    private final Map<Ulid, List<SentTransaction>> transactions = new HashMap<>();
    /** The same transactions, the oldest first. Guarded by this. */
    private final Deque<SentTransaction> order = new ArrayDeque<>();

    /** A message that was given to a session. */
    private static final class SentTransaction {
        final Ulid id;
        final int attempt;
        final RecordedSession session;
        final int number;
        final DkimResult dkim;

        SentTransaction(DeliveryRequest request, RecordedSession session, int number, DkimResult dkim) {
            this.id = request.id();
            this.attempt = request.attempt();
            this.session = session;
            this.number = number;
            this.dkim = dkim;
        }
    }

    /** A session with a server. Its numbers are confined to its delivery loop. */
    private final class RecordedSession implements ObservedSession, SessionPeer {
        private final String name;
        private final String host;
        private final String address;
        private @Nullable SessionListener listener;
        private volatile TlsResult tls = TlsResult.NONE;
        private int begun;

        RecordedSession(MailHost host, SocketAddress address) {
            this.name = "out-" + opened.incrementAndGet();
            this.host = host.toString();
            this.address = AddressText.of(address);
        }

        @Override
        public String session() {
            return name;
        }

        @Override
        public String address() {
            return address;
        }

        @Override
        public @Nullable SessionListener listener() {
            return listener;
        }

        @Override
        public void sending(DeliveryRequest request, DkimResult dkim) {
            add(new SentTransaction(request, this, begun++, dkim));
        }

        @Override
        public void secured(TlsResult result) {
            tls = result;
        }

        @Override
        public void notSent(DeliveryRequest request) {
            begun--;
            remove(request.id(), this);
        }
    }

    /** A session with this server is about to begin; null if nothing more can be recorded. */
    @Nullable
    ObservedSession open(MailHost host, SocketAddress address, long nanos) {
        var session = new RecordedSession(host, address);
        session.listener = recorder.opened(session, nanos);
        return session.listener == null ? null : session;
    }

    private synchronized void add(SentTransaction transaction) {
        transactions.computeIfAbsent(transaction.id, none -> new ArrayList<>(1)).add(transaction);
        order.add(transaction);
        if (order.size() > MAX_TRANSACTIONS) {
            SentTransaction oldest = order.remove();
            forget(oldest);
        }
    }

    private void forget(SentTransaction one) {
        List<SentTransaction> ofMessage = transactions.get(one.id);
        if (ofMessage != null) {
            ofMessage.remove(one);
            if (ofMessage.isEmpty()) {
                transactions.remove(one.id);
            }
        }
    }

    private synchronized void remove(Ulid id, RecordedSession session) {
        List<SentTransaction> ofMessage = transactions.get(id);
        if (ofMessage != null) {
            ofMessage.removeIf(one -> one.session == session);
        }
    }

    /** The recorded sessions in which this message was attempted, in order; empty if there are none any more. */
    public List<RecordedAttempt> find(Ulid id) {
        List<SentTransaction> sent;
        synchronized (this) {
            sent = List.copyOf(transactions.getOrDefault(id, List.of()));
        }
        var attempts = new ArrayList<RecordedAttempt>();
        for (SentTransaction one : sent) {
            SessionRecord session = recorder.find(one.session.session());
            if (session != null) {
                attempts.add(new RecordedAttempt(
                        one.attempt, one.session.host, one.session.tls.text(), session, one.number, one.dkim.text()));
            }
        }
        return attempts;
    }

    /** How many bytes the recordings take. */
    long bytes() {
        return recorder.bytes();
    }
}
