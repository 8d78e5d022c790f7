// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import org.jspecify.annotations.Nullable;

/** Makes sessions go wrong on purpose, to test a client. */
@FunctionalInterface
public interface Faults {
    /**
     * A session has begun; returns its faults, or null for none. Called on the session's loop, so on several loops at
     * once; must not block.
     */
    @Nullable
    SessionFaults opened(ClientInfo client);

    /** Returns faults that ask these first, and the others about what these leave alone. */
    default Faults orElse(Faults others) {
        return client -> SessionFaultsPair.of(client, opened(client), others.opened(client));
    }
}
