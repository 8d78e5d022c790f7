// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.client.ClientProtocol;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servers that take mail for a set of recipients. Mail to next hops of the same name shares its connections.
 *
 * @param name what logs and the queue call it
 * @param hosts at least one
 * @param tls whether TLS is used
 * @param protocol SMTP or LMTP
 * @param credentials how the relay authenticates; null if it does not
 * @param isSmarthost whether the configuration names the hosts. Then a name that does not exist is a mistake that can
 *     be mended, and its mail is deferred
 * @param settings how much is sent at a time, and as whom
 * @param policy how its hosts must prove who they are, beyond {@code tls}
 */
public record NextHop(
        String name,
        List<MailHost> hosts,
        ClientProtocol protocol,
        TlsLevel tls,
        @Nullable CredentialSource credentials,
        boolean isSmarthost,
        HopSettings settings,
        TlsPolicy policy) {
    public NextHop {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a next hop needs at least one host");
        }
    }

    /** A next hop with the default settings and without a policy of its own. */
    public NextHop(
            String name,
            List<MailHost> hosts,
            ClientProtocol protocol,
            TlsLevel tls,
            @Nullable CredentialSource credentials,
            boolean isSmarthost) {
        this(name, hosts, protocol, tls, credentials, isSmarthost, HopSettings.DEFAULTS);
    }

    /** Whether a connection to that next hop may take the mail of this one: same hosts, TLS, policy and credentials. */
    public boolean hasSameServersAs(NextHop other) {
        boolean sameHosts = hosts.equals(other.hosts) || Set.copyOf(hosts).equals(Set.copyOf(other.hosts));
        return sameHosts
                && protocol == other.protocol
                && tls == other.tls
                && Objects.equals(credentials, other.credentials)
                && policy.equals(other.policy);
    }

    /** A next hop without a policy of its own. */
    public NextHop(
            String name,
            List<MailHost> hosts,
            ClientProtocol protocol,
            TlsLevel tls,
            @Nullable CredentialSource credentials,
            boolean isSmarthost,
            HopSettings settings) {
        this(name, hosts, protocol, tls, credentials, isSmarthost, settings, TlsPolicy.NONE);
    }

    /** Returns a copy with other {@link #settings}. */
    public NextHop withSettings(HopSettings other) {
        return new NextHop(name, hosts, protocol, tls, credentials, isSmarthost, other, policy);
    }

    /** The part of one of {@code relays} relays that send to the same servers. */
    public NextHop dividedAmong(int relays) {
        return relays == 1 ? this : withSettings(settings.dividedAmong(relays));
    }

    /** Returns a copy that has its own connections, because something about its mail is different. */
    public NextHop apart(String difference) {
        String other = name + " (" + difference + ")";
        return new NextHop(other, hosts, protocol, tls, credentials, isSmarthost, settings, policy);
    }

    /**
     * The same hosts under another policy. The name says so, because mail under different policies must not share a
     * connection.
     */
    public NextHop withPolicy(TlsPolicy other) {
        String base = name.endsWith(policy.suffix())
                ? name.substring(0, name.length() - policy.suffix().length())
                : name;
        return new NextHop(base + other.suffix(), hosts, protocol, tls, credentials, isSmarthost, settings, other);
    }

    /** The same hosts for a message whose sender demands this (RFC 8689). LMTP hands it over to its recipients. */
    public NextHop forDemand(TlsDemand demand) {
        return policy.demand() == demand || protocol == ClientProtocol.LMTP
                ? this
                : withPolicy(policy.withDemand(demand));
    }
}
