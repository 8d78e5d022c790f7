// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.SessionListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the replies that refuse something (4yz, 5yz), and tells each to whoever wants to know. Any thread; a loop is
 * held up by nothing here.
 */
public final class RefusalCounter implements SessionListener.Source {
    private final AtomicLong count = new AtomicLong();
    private final List<Heard> hearers = new CopyOnWriteArrayList<>();

    /** Is told of a refusal, on a loop's thread: it must not block. */
    @FunctionalInterface
    public interface Heard {
        /** This reply was given to the client at this address. */
        void refused(String address, Reply reply);
    }

    /** Tells {@code hearer} from now on. */
    public void tell(Heard hearer) {
        hearers.add(hearer);
    }

    /** How many there were. */
    public long count() {
        return count.get();
    }

    @Override
    public SessionListener opened(ClientInfo client, long nanos) {
        return new SessionListener() {
            @Override
            public void ready(long place, Reply reply, int bytes, long now) {
                if (reply.code() >= 400) {
                    count.incrementAndGet();
                    hearers.forEach(hearer -> hearer.refused(client.address(), reply));
                }
            }
        };
    }
}
