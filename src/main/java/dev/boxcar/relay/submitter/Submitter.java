// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.submitter;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The client that handed a message to the relay, as the envelope of the message names it.
 *
 * @param place what is known of the client's address
 * @param address the address; null unless the place is {@link Place#NETWORK}
 * @param user the user as which the client has authenticated (RFC 4954); null if it has not
 */
public record Submitter(
        Place place,
        @Nullable InetAddress address,
        @Nullable String user) {
    /** What is known of the address of a client. */
    public enum Place {
        /** The client has an address. */
        NETWORK,
        /** The client is on this machine: it used a Unix-domain socket or the maildrop, or it is the relay itself. */
        LOCAL,
        /** The envelope names no address, as when a proxy does not know it. */
        UNKNOWN
    }

    /** A client of which nothing is known. */
    public static final Submitter UNKNOWN = new Submitter(Place.UNKNOWN, null, null);

    private static final String LOCAL_CLIENT = "local";
    private static final String CLIENT = "Client";

    /** Checks that there is an address exactly if the place says so. */
    public Submitter {
        if ((place == Place.NETWORK) != (address != null)) {
            throw new IllegalArgumentException("place=" + place + " address=" + address);
        }
    }

    /** The client of a message. What its envelope does not say, or says in another form, is unknown. */
    public static Submitter of(Envelope envelope) {
        String client = envelope.first(CLIENT);
        Submitter at = client == null ? UNKNOWN : at(withoutPort(client));
        return (at == null ? UNKNOWN : at).withUser(envelope.user());
    }

    /** The client at an address such as {@code 192.0.2.1} or {@code 2001:db8::1}, or {@code local}; null if invalid. */
    public static @Nullable Submitter at(String client) {
        if (client.equals(LOCAL_CLIENT)) {
            return new Submitter(Place.LOCAL, null, null);
        }
        int zone = client.indexOf('%'); // which interface a link-local address belongs to does not count
        InetAddress address = IpAddressText.parse(zone < 0 ? client : client.substring(0, zone));
        return address == null ? null : new Submitter(Place.NETWORK, address, null);
    }

    /** Turns {@code 192.0.2.1:4711} and {@code [2001:db8::1]:4711} into the address. */
    private static String withoutPort(String client) {
        int bracket = client.indexOf(']');
        if (client.startsWith("[") && bracket > 0) {
            return client.substring(1, bracket);
        }
        int colon = client.indexOf(':');
        return colon < 0 ? client : client.substring(0, colon);
    }

    /** Returns a copy with this user; null if the client has not authenticated. */
    public Submitter withUser(@Nullable String name) {
        return new Submitter(place, address, name);
    }

    /** Whether the client is in one of these networks. */
    public boolean isIn(Networks networks) {
        return place == Place.UNKNOWN ? networks.containUnknown() : networks.contain(address);
    }

    /** The address, {@code local} or {@code unknown}. */
    public String addressText() {
        return switch (place) {
            case NETWORK -> address == null ? "" : address.getHostAddress();
            case LOCAL -> LOCAL_CLIENT;
            case UNKNOWN -> "unknown";
        };
    }
}
