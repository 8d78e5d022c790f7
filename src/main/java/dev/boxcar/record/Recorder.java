// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.smtp.server.Client;
import dev.boxcar.smtp.server.SessionListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records the sessions of a server, the last ones that fit into a bound of octets: when it is reached, those that ended longest ago
 * are forgotten; while all are open, new ones are not recorded. What was forgotten or left out is counted. Any thread.
 */
public final class Recorder implements SessionListener.Source {
    private final Map<String, Recording> recordings = new LinkedHashMap<>();
    private final long mostOctets;
    private final AtomicLong octets = new AtomicLong();
    private long forgotten;
    private long leftOut;

    /** A recorder that holds so many octets. */
    public Recorder(long mostOctets) {
        this.mostOctets = mostOctets;
    }

    @Override
    public synchronized @Nullable SessionListener opened(Client client, long nanos) {
        makeRoom();
        if (octets.get() > mostOctets) {
            leftOut++;
            return null;
        }
        var recording = new Recording(client, nanos, System.currentTimeMillis(), octets);
        recordings.put(client.session(), recording);
        return recording;
    }

    private void makeRoom() {
        if (octets.get() <= mostOctets) {
            return;
        }
        var all = recordings.values().iterator();
        while (all.hasNext() && octets.get() > mostOctets - mostOctets / 8) {
            Recording one = all.next();
            if (one.isOver()) {
                all.remove();
                one.forget();
                forgotten++;
            }
        }
    }

    /** The session of that name as it went so far, or null where it is not known. */
    public @Nullable SessionRecord find(String session) {
        Recording recording;
        synchronized (this) {
            recording = recordings.get(session);
        }
        return recording == null ? null : recording.look();
    }

    /** The names of the sessions that are held, the newest last. */
    public synchronized List<String> sessions() {
        return new ArrayList<>(recordings.keySet());
    }

    /** How many sessions were forgotten to make room. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /** How many sessions were not recorded because there was no room. */
    public synchronized long leftOut() {
        return leftOut;
    }

    /** How many octets the recordings hold. */
    public long octets() {
        return octets.get();
    }
}
