// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.SessionListener;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server is connected to. One that is null costs a branch.
 *
 * @param sink where messages go
 * @param policy who accepts and refuses; null: all is accepted
 * @param listeners who is told how sessions go
 * @param faults what goes wrong on purpose
 * @param authentication how clients may prove who they are; null: AUTH is not offered
 * @param tls what there is of TLS; null: none
 */
public record Ports(
        MessageSink sink,
        @Nullable Policy policy,
        SessionListener.@Nullable Source listeners,
        @Nullable Faults faults,
        @Nullable AuthenticationOptions authentication,
        @Nullable TlsOffer tls) {

    /** Checks that there is a sink. */
    public Ports {
        Objects.requireNonNull(sink, "sink");
    }

    /** A sink and nothing else. */
    public static Ports of(MessageSink sink) {
        return new Ports(sink, null, null, null, null, null);
    }

    /** These ports with a policy. */
    public Ports withPolicy(Policy asked) {
        return new Ports(sink, asked, listeners, faults, authentication, tls);
    }

    /** These ports with listeners. */
    public Ports withListeners(SessionListener.Source told) {
        return new Ports(sink, policy, told, faults, authentication, tls);
    }

    /** These ports with faults. */
    public Ports withFaults(Faults made) {
        return new Ports(sink, policy, listeners, made, authentication, tls);
    }

    /** These ports with authentication. */
    public Ports withAuthentication(AuthenticationOptions offered) {
        return new Ports(sink, policy, listeners, faults, offered, tls);
    }

    /** These ports with TLS. */
    public Ports withTls(TlsOffer offered) {
        return new Ports(sink, policy, listeners, faults, authentication, offered);
    }
}
