// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.spool.Ulid;
import java.util.Collection;
import java.util.stream.Collectors;

/** Expressions by which the broker chooses messages. */
final class IdFilter {
    private IdFilter() {}

    /** The messages with these ids, of which there is at least one. */
    static String of(Collection<Ulid> ids) {
        return MailFormat.ID + ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(",", " IN (", ")"));
    }

    /** What stands for mail that is not due at this time. */
    static String dueAfter(long millis) {
        return MailFormat.DUE + " > " + millis;
    }

    /** Mail whose sender did not ask for a delivery after this time. */
    static String mayGoAt(long millis) {
        return "(" + MailFormat.RELEASE + " IS NULL OR " + MailFormat.RELEASE + " <= " + millis + ")";
    }

    /** Mail whose sender asked for a delivery after this time. */
    static String mayGoAfter(long millis) {
        return MailFormat.RELEASE + " > " + millis;
    }

    static String both(String one, String other) {
        return one.isEmpty() ? other : other.isEmpty() ? one : one + " AND " + other;
    }
}
