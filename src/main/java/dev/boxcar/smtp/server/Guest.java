// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What one session may still ask for: its own share, and that of the address it comes from. Confined to the loop
 * thread.
 */
final class Guest {
    private final Service service;
    /** Where it was let in from; null: from nowhere that has a share. */
    private @Nullable InetAddress address;

    private int recipients;

    Guest(Service service) {
        this.service = service;
    }

    /** It comes from there, and no more from where it came before; false when too many do. */
    boolean comesFrom(@Nullable InetAddress origin) {
        leave();
        boolean admitted = service.origins().admit(origin);
        address = admitted ? origin : null;
        return admitted;
    }

    /** Counts a message; why there is one too many, or null. */
    @Nullable
    Reply message(long nowNanos) {
        return service.origins().takeMessage(address, nowNanos) ? null : Replies.MESSAGES_TOO_FAST;
    }

    /** Counts a recipient; why there is one too many, or null. */
    @Nullable
    Reply recipient(long nowNanos) {
        int mostRecipients = service.access().sessionRecipients();
        if (mostRecipients > 0 && recipients >= mostRecipients) {
            return Replies.SESSION_RECIPIENTS;
        }
        if (!service.origins().takeRecipient(address, nowNanos)) {
            return Replies.RECIPIENTS_TOO_FAST;
        }
        recipients++;
        return null;
    }

    /** It is gone; again is harmless. */
    void leave() {
        if (address != null) {
            service.origins().left(address);
            address = null;
        }
    }
}
