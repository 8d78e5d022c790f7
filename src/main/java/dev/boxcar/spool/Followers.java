// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who see every record. Confined to the thread that commits. */
final class Followers {
    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    private final ArrayList<Spool.Follower> followers = new ArrayList<>();

    void add(Spool.Follower follower) {
        followers.add(follower);
    }

    void tell(SpoolRecord record) {
        for (int i = 0; i < followers.size(); i++) {
            tell(followers.get(i), record);
        }
    }

    static void caughtUp(Spool.Follower follower) {
        try {
            follower.caughtUp();
        } catch (RuntimeException bug) {
            LOG.error("event=follower-failed at=end-of-past", bug);
        }
    }

    static void tell(Spool.Follower follower, SpoolRecord record) {
        try {
            follower.record(record);
        } catch (RuntimeException bug) {
            LOG.error("event=follower-failed id={} sequence={}", record.id(), record.sequence(), bug);
        }
    }
}
