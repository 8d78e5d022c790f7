// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.relay.submitter.Submitter;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;

/**
 * Who may send to whom: clients of some networks and authenticated users to anyone, other clients only to the relay's
 * own domains (RFC 5321 §3.6.2, RFC 6409). Any thread.
 */
public final class RelayPolicy implements Policy {
    private static final Reply DENIED = Reply.of(550, "5.7.1", "relaying denied: authenticate, or ask for access");

    private static final Reply NOT_FOR_STRANGERS =
            Reply.of(550, "5.7.1", "authenticate to ask for a priority or a later delivery");

    private volatile Permissions permissions;

    /**
     * Who may send to whom.
     *
     * @param networks the clients that may send to anyone
     * @param domains the domains that anyone may send to, in lower case
     */
    public record Permissions(Networks networks, Set<String> domains) {
        public Permissions {
            domains = Set.copyOf(domains);
        }
    }

    /** A policy that begins with these permissions. */
    public RelayPolicy(Permissions permissions) {
        this.permissions = permissions;
    }

    /** Replaces the permissions, from the next recipient on. */
    public void replace(Permissions other) {
        permissions = other;
    }

    @Override
    public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
        if (maySendToAnyone(client) || isOwn(path)) {
            decision.accept();
        } else {
            decision.answer(DENIED);
        }
    }

    /** A stranger's mail neither overtakes other mail nor stays here until a time of its choice. */
    @Override
    public void message(ClientInfo client, Envelope envelope, long bytes, Decision decision) {
        Parameters asked = envelope.mail();
        boolean isSpecial =
                asked.priority().orElse(0) > 0 || asked.has(Parameter.HOLDFOR) || asked.has(Parameter.HOLDUNTIL);
        if (isSpecial && !maySendToAnyone(client)) {
            decision.answer(NOT_FOR_STRANGERS);
        } else {
            decision.accept();
        }
    }

    /**
     * Whether a message came from a client that may send to anyone, or from this machine. Others must not get what they
     * send signed by our domains.
     */
    public boolean isTrusted(Envelope envelope) {
        Submitter submitter = Submitter.of(envelope);
        return submitter.user() != null
                || submitter.place() == Submitter.Place.LOCAL
                || submitter.isIn(permissions.networks());
    }

    private boolean maySendToAnyone(ClientInfo client) {
        if (client.user() != null) {
            return true;
        }
        InetSocketAddress address = client.remoteAddress();
        return permissions.networks().contain(address == null ? null : address.getAddress());
    }

    /** A source route, or a local part that hides another address, does not make a recipient our own. */
    private boolean isOwn(ForwardPath path) {
        String local = path.mailbox().unquotedLocalPart();
        boolean hidesAddress = local.indexOf('@') >= 0 || local.indexOf('%') >= 0 || local.indexOf('!') >= 0;
        return path.sourceRoute().isEmpty()
                && !hidesAddress
                && permissions.domains().contains(path.mailbox().domain().toLowerCase(Locale.ROOT));
    }
}
