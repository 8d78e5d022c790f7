// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.commit;

import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who see every record. Confined to the thread that commits. */
public final class Followers {
    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    private final ArrayList<Spool.Follower> followers = new ArrayList<>();

    public void add(Spool.Follower follower) {
        followers.add(follower);
    }

    public void tell(SpoolRecord record) {
        for (int i = 0; i < followers.size(); i++) {
            tell(followers.get(i), record);
        }
    }

    public static void caughtUp(Spool.Follower follower) {
        try {
            follower.caughtUp();
        } catch (RuntimeException bug) {
            LOG.error("event=follower-failed at=end-of-past", bug);
        }
    }

    public static void tell(Spool.Follower follower, SpoolRecord record) {
        try {
            follower.record(record);
        } catch (RuntimeException bug) {
            LOG.error("event=follower-failed id={} sequence={}", record.id(), record.sequence(), bug);
        }
    }
}
