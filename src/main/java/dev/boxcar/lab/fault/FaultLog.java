// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What scripts did to each session. It keeps at most {@value #MAX_FAULTS_PER_SESSION} faults of a session and
 * {@value #MAX_FAULTS} in all, and drops the sessions that began first. Any thread; a lock is held only while an entry
 * is added or copied.
 */
public final class FaultLog {
    static final int MAX_FAULTS_PER_SESSION = 1_000;
    static final int MAX_FAULTS = 100_000;

    private final Map<String, List<InjectedFault>> sessions = new LinkedHashMap<>();
    private int size;

    /** What was done to the session with this id, in order. */
    public synchronized List<InjectedFault> of(String session) {
        List<InjectedFault> faults = sessions.get(session);
        return faults == null ? List.of() : List.copyOf(faults);
    }

    /** Forgets all sessions. */
    public synchronized void clear() {
        sessions.clear();
        size = 0;
    }

    synchronized void add(String session, InjectedFault fault) {
        List<InjectedFault> faults = sessions.computeIfAbsent(session, id -> new ArrayList<>(2));
        if (faults.size() < MAX_FAULTS_PER_SESSION) {
            faults.add(fault);
            size++;
            makeRoom();
        }
    }

    private void makeRoom() {
        for (Iterator<List<InjectedFault>> oldest = sessions.values().iterator(); size > MAX_FAULTS; ) {
            size -= oldest.next().size();
            oldest.remove();
        }
    }
}
