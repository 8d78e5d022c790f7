// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The followers of a spool. Confined to the committing thread. */
public final class Followers {
    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    private final ArrayList<Spool.Follower> followers = new ArrayList<>();

    public void add(Spool.Follower follower) {
        followers.add(follower);
    }

    /** Shows a record to all followers. */
    public void show(SpoolRecord record) {
        for (int i = 0; i < followers.size(); i++) {
            show(followers.get(i), record);
        }
    }

    /** Shows a record to one follower. Logs an exception of the follower. */
    public static void show(Spool.Follower follower, SpoolRecord record) {
        try {
            follower.record(record);
        } catch (RuntimeException bug) {
            LOG.error("event=follower-failed id={} sequence={}", record.id(), record.sequence(), bug);
        }
    }

    /** Tells a follower that it has seen all stored records. Logs an exception of the follower. */
    public static void caughtUp(Spool.Follower follower) {
        try {
            follower.caughtUp();
        } catch (RuntimeException bug) {
            LOG.error("event=follower-failed at=caught-up", bug);
        }
    }
}
