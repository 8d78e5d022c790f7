// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import java.net.InetAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages and recipients that one session may still send, within its own limit and the limits of its client's
 * address. Confined to the loop thread.
 */
public final class SessionQuota {
    private final AddressLimiter limiter;
    private final int maxRecipients;
    private final LongSupplier clock;
    /** The address that this session is counted for; null if it is not counted for any. */
    private @Nullable InetAddress address;

    private int recipients;

    /** Whether one more recipient is within the quota. */
    public enum RecipientVerdict {
        ALLOWED,
        /** The session has named as many recipients as it may. */
        SESSION_EXHAUSTED,
        /** The address has named as many recipients per minute as it may. */
        TOO_FAST
    }

    /**
     * A quota that nothing was taken from.
     *
     * @param maxRecipients of all messages of the session; 0 means no limit
     * @param clock in nanoseconds
     */
    public SessionQuota(AddressLimiter limiter, int maxRecipients, LongSupplier clock) {
        this.limiter = limiter;
        this.maxRecipients = maxRecipients;
        this.clock = clock;
    }

    /** Counts the session for this address instead of its former one; returns false if the address has too many. */
    public boolean setAddress(@Nullable InetAddress from) {
        release();
        boolean admitted = limiter.admit(from);
        address = admitted ? from : null;
        return admitted;
    }

    /** Takes a message; returns false if the address sends messages too fast. */
    public boolean takeMessage() {
        return limiter.takeMessage(address, clock.getAsLong());
    }

    /** Takes a recipient, if it is allowed. */
    public RecipientVerdict takeRecipient() {
        if (maxRecipients > 0 && recipients >= maxRecipients) {
            return RecipientVerdict.SESSION_EXHAUSTED;
        }
        if (!limiter.takeRecipient(address, clock.getAsLong())) {
            return RecipientVerdict.TOO_FAST;
        }
        recipients++;
        return RecipientVerdict.ALLOWED;
    }

    /** The session has ended; it no longer counts for its address. May be called more than once. */
    public void release() {
        if (address != null) {
            limiter.release(address);
            address = null;
        }
    }
}
