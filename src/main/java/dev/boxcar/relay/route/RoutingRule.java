// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.unit.Glob;

/**
 * One rule of the routing table: which mail it is for, and where that mail goes.
 *
 * @param sender a glob for the sender's address, such as {@code *@x.example}; {@code *} for any
 * @param recipient a glob for the recipient's address
 * @param target where the mail goes
 * @param overrides how its mail is sent differently from other mail to the same servers
 */
public record RoutingRule(Glob sender, Glob recipient, RoutingTarget target, HopOverrides overrides) {

    /** A rule whose mail is sent like other mail to the same servers. */
    public RoutingRule(Glob sender, Glob recipient, RoutingTarget target) {
        this(sender, recipient, target, HopOverrides.NONE);
    }

    /** A rule for all mail. */
    public static RoutingRule forAll(RoutingTarget target) {
        return new RoutingRule(Glob.ANY, Glob.ANY, target);
    }

    boolean matches(RouteQuery query) {
        String from =
                query.sender().mailbox() == null ? "" : query.sender().mailbox().toString();
        return sender.matches(from) && recipient.matches(query.recipient().toString());
    }

    /** The next hop as this rule sends to it. Mail that is sent differently has its own connections. */
    NextHop adjust(NextHop nextHop, HopSettings settings) {
        return overrides.equals(HopOverrides.NONE)
                ? nextHop.withSettings(settings)
                : nextHop.withSettings(overrides.over(settings)).apart("from=" + sender + " to=" + recipient);
    }
}
