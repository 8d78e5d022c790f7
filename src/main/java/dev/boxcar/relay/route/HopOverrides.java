// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.path.Mailbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@link HopSettings} that a smarthost or a route sets differently; null for those that it does not set.
 *
 * @param alwaysFrom the only sender that the next hop takes
 */
public record HopOverrides(
        @Nullable Integer connections,
        @Nullable Integer messagesPerConnection,
        @Nullable Integer messagesPerMinute,
        @Nullable List<SourceAddress> sources,
        @Nullable Mailbox alwaysFrom) {

    /** Sets nothing. */
    public static final HopOverrides NONE = new HopOverrides(null, null, null, null, null);

    /** The settings with these differences. */
    public HopSettings over(HopSettings base) {
        return new HopSettings(
                connections == null ? base.connections() : connections,
                messagesPerConnection == null ? base.messagesPerConnection() : messagesPerConnection,
                messagesPerMinute == null ? base.messagesPerMinute() : messagesPerMinute,
                sources == null ? base.sources() : sources,
                alwaysFrom == null ? base.rewriting() : base.rewriting().withAlwaysFrom(alwaysFrom));
    }
}
