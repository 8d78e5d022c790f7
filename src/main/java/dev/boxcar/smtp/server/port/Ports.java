// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.SessionListener;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a server: the parts of the program that it calls. Start from {@link #of} and add ports. A missing port
 * costs only a null check. Immutable.
 *
 * @param sink stores the messages
 * @param policy accepts and refuses; null to accept everything
 * @param listeners creates the listener of each session; null for none
 * @param faults the faults to inject into replies; null for none
 * @param authentication how clients authenticate; null to offer no AUTH
 * @param tls the server's TLS; null for none
 */
public record Ports(
        MessageSink sink,
        @Nullable Policy policy,
        SessionListener.@Nullable Source listeners,
        @Nullable Faults faults,
        @Nullable AuthenticationOptions authentication,
        @Nullable TlsOffer tls) {

    public Ports {
        Objects.requireNonNull(sink, "sink");
    }

    /** A sink and no other port. */
    public static Ports of(MessageSink sink) {
        return new Ports(sink, null, null, null, null, null);
    }

    /** Returns a copy with a policy. */
    public Ports withPolicy(Policy newPolicy) {
        return new Ports(sink, newPolicy, listeners, faults, authentication, tls);
    }

    /** Returns a copy with listeners. */
    public Ports withListeners(SessionListener.Source source) {
        return new Ports(sink, policy, source, faults, authentication, tls);
    }

    /** Returns a copy with faults. */
    public Ports withFaults(Faults newFaults) {
        return new Ports(sink, policy, listeners, newFaults, authentication, tls);
    }

    /** Returns a copy with authentication. */
    public Ports withAuthentication(AuthenticationOptions options) {
        return new Ports(sink, policy, listeners, faults, options, tls);
    }

    /** Returns a copy with TLS. */
    public Ports withTls(TlsOffer offer) {
        return new Ports(sink, policy, listeners, faults, authentication, offer);
    }
}
