// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds recorded sessions for a caller that asks for the same ones again and again: it reads each recording once and
 * keeps the last records. It is bounded twice, in the records that it keeps and in the recordings that it reads between
 * two calls of {@link #refresh}. Confined to a thread.
 */
public final class SessionLookup {
    private static final float LOAD_FACTOR = 0.75f;

    private final Recorder recorder;
    private final int max;
    /** The records, the one that was asked for last at the end. */
    private final Map<String, SessionRecord> kept = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    private int reads;

    /** A lookup that keeps at most {@code max} records, and reads at most {@code max} recordings per refresh. */
    public SessionLookup(Recorder recorder, int max) {
        this.recorder = recorder;
        this.max = max;
    }

    /** The sessions that had not ended are read again when they are asked for, and more recordings may be read. */
    public void refresh() {
        kept.values().removeIf(session -> !session.ended());
        reads = 0;
    }

    /**
     * The session with this id, as recorded when it was first asked for since the last refresh. Null if there is no
     * recording of it, or if as many recordings were read since then as the bound allows.
     */
    public @Nullable SessionRecord find(String session) {
        SessionRecord known = kept.get(session);
        if (known != null || reads == max) {
            return known;
        }
        reads++;
        SessionRecord read = recorder.find(session);
        if (read != null) {
            kept.put(session, read);
            if (kept.size() > max) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
        return read;
    }
}
