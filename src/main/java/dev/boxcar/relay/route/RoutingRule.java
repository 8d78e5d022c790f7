// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.relay.submitter.SubmitterCondition;
import dev.boxcar.unit.Glob;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule of the routing table: which mail it is for, and where that mail goes. Mail must meet every condition.
 *
 * @param sender a glob for the sender's address, such as {@code *@x.example}; {@code *} for any, {@code <>} for none
 * @param recipient a glob for the recipient's address
 * @param submitter which clients the mail must come from
 * @param target where the mail goes
 * @param overrides how its mail is sent differently from other mail to the same servers
 */
public record RoutingRule(
        Glob sender, Glob recipient, SubmitterCondition submitter, RoutingTarget target, HopOverrides overrides) {

    private static final String NULL_SENDER = "<>";

    /** A rule for all mail, which is sent like other mail to the same servers. */
    public static RoutingRule forAll(RoutingTarget target) {
        return new RoutingRule(Glob.ANY, Glob.ANY, SubmitterCondition.ANY, target, HopOverrides.NONE);
    }

    /** Returns a copy for mail from such clients only. */
    public RoutingRule withSubmitter(SubmitterCondition other) {
        return new RoutingRule(sender, recipient, other, target, overrides);
    }

    boolean matches(RouteQuery query) {
        return mismatch(query) == null;
    }

    /** The first condition that this mail does not meet, such as {@code "the user differs"}; null if it meets all. */
    public @Nullable String mismatch(RouteQuery query) {
        String from =
                query.sender().mailbox() == null ? "" : query.sender().mailbox().toString();
        if (!recipient.matches(query.recipient().toString())) {
            return "the recipient differs";
        } else if (!(sender.pattern().equals(NULL_SENDER) ? from.isEmpty() : sender.matches(from))) {
            return "the sender differs";
        } else if (!submitter.allowsAddress(query.submitter())) {
            return "the client is in no such network";
        } else if (!submitter.allowsUser(query.submitter())) {
            return query.submitter().user() == null ? "there is no user" : "the user differs";
        }
        return null;
    }

    /** The conditions as text, such as {@code "to *@x.example, user shop"}. */
    public String conditions() {
        var some = new ArrayList<String>();
        if (!recipient.isAny()) {
            some.add("to " + recipient);
        }
        if (!sender.isAny()) {
            some.add("from " + sender);
        }
        if (!submitter.networks().isEmpty()) {
            some.add("network " + String.join(" or ", submitter.networks()));
        }
        if (submitter.user() != null) {
            some.add("user " + submitter.user());
        }
        return some.isEmpty() ? "for all mail" : String.join(", ", some);
    }

    /** The next hop as this rule sends to it. Mail that is sent differently has its own connections. */
    NextHop adjust(NextHop nextHop, HopSettings settings) {
        return overrides.equals(HopOverrides.NONE)
                ? nextHop.withSettings(settings)
                : nextHop.withSettings(overrides.over(settings)).apart(difference());
    }

    private String difference() {
        List<String> networks = submitter.networks();
        return "from=" + sender + " to=" + recipient
                + (networks.isEmpty() ? "" : " network=" + String.join(",", networks))
                + (submitter.user() == null ? "" : " user=" + submitter.user());
    }
}
