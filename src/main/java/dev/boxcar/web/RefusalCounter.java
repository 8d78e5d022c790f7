// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the SMTP replies that refuse something (4yz and 5yz) and reports each to its listeners. Any thread. */
public final class RefusalCounter implements SessionListener.Source {
    private final AtomicLong count = new AtomicLong();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Receives each refusal on the event loop's thread, so it must not block. */
    @FunctionalInterface
    public interface Listener {
        /** The server sent {@code reply} to the client at {@code address}. */
        void refused(String address, Reply reply);
    }

    /** Reports all later refusals to {@code listener}. */
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** The number of refusals so far. */
    public long count() {
        return count.get();
    }

    @Override
    public SessionListener opened(SessionPeer peer, long nanos) {
        return new SessionListener() {
            @Override
            public void ready(long place, Reply reply, int bytes, long now) {
                if (reply.code() >= 400) {
                    count.incrementAndGet();
                    listeners.forEach(listener -> listener.refused(peer.address(), reply));
                }
            }
        };
    }
}
