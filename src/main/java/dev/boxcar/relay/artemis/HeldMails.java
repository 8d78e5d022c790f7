// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.ArtemisMail;
import dev.boxcar.relay.artemis.operator.WorkerAnswers;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.spool.Ulid;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * The mails that this relay has, and the results that the broker may not know because the connection was lost before
 * they were stored. Any thread; never blocks but in {@link #awaitRoom}.
 */
final class HeldMails implements WorkerAnswers.OwnMail {
    /** When a relay has so many messages, it takes no more, so that other workers have work, too. */
    static final int MAX = 1_000;

    private static final int MAX_UNCONFIRMED = 10_000;

    private final Map<Ulid, HeldMail> held = new HashMap<>();
    private final Map<Ulid, MailResult> unconfirmed = new LinkedHashMap<>();

    /** Waits until there is room for one more, but not longer than this. */
    synchronized boolean awaitRoom(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; held.size() >= MAX && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return held.size() < MAX;
    }

    /** How many more this relay takes. */
    synchronized int room() {
        return Math.max(0, MAX - held.size());
    }

    /**
     * Whether this relay still has a mail that the broker shows again after a lost connection. Then {@code message}
     * takes the place of the one that was lost.
     */
    synchronized boolean takesPlace(Ulid id, ClientMessage message) {
        HeldMail mail = held.get(id);
        if (mail == null) {
            return false;
        }
        mail.message = message;
        return true;
    }

    synchronized void add(HeldMail mail) {
        held.put(mail.mail.id(), mail);
    }

    synchronized @Nullable HeldMail get(Ulid id) {
        return held.get(id);
    }

    /** The mail, for an attempt; null if this relay does not have it, or lost it with its connection. */
    synchronized @Nullable ArtemisMail forAttempt(Ulid id) {
        HeldMail mail = held.get(id);
        if (mail == null) {
            return null;
        }
        if (mail.message == null) {
            remove(id);
            mail.mail.stored().release();
            return null;
        }
        return mail.mail;
    }

    /** Removes a mail and returns its message; null if there is none. */
    synchronized @Nullable ClientMessage remove(Ulid id) {
        HeldMail mail = held.remove(id);
        notifyAll();
        return mail == null ? null : mail.message;
    }

    @Override
    public synchronized List<Ulid> ids() {
        return List.copyOf(held.keySet());
    }

    @Override
    public synchronized @Nullable QueuedMail mail(Ulid id) {
        HeldMail mail = held.get(id);
        return mail == null || mail.message == null ? null : mail.mail;
    }

    @Override
    public synchronized @Nullable DeliveryState state(Ulid id) {
        HeldMail mail = held.get(id);
        return mail == null ? null : mail.state;
    }

    /** The connection is lost: the broker shows all of them again, to this relay or another. */
    synchronized void connectionLost() {
        held.values().forEach(mail -> mail.message = null);
    }

    /** Remembers a result that the broker may not have. */
    synchronized void unconfirmed(MailResult result) {
        unconfirmed.put(result.mail().id(), result);
        if (unconfirmed.size() > MAX_UNCONFIRMED) {
            Iterator<Ulid> oldest = unconfirmed.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /**
     * Takes the result that must be stored now that a mail is shown again with this state; null if there is none, or if
     * the broker has it already.
     */
    synchronized @Nullable MailResult takeUnconfirmed(Ulid id, @Nullable DeliveryState state) {
        MailResult result = unconfirmed.remove(id);
        if (result == null) {
            return null;
        }
        DeliveryState left = result.left();
        int attempts = state == null ? 0 : state.attempts();
        return left == null || left.attempts() > attempts ? result : null;
    }
}
