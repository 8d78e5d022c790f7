// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One rule of the routing table: which mail it is for, and where that mail goes.
 *
 * @param sender a glob for the sender's address, such as {@code *@x.example}; {@code *} for any
 * @param recipient a glob for the recipient's address
 * @param target where the mail goes
 */
public record RoutingRule(Glob sender, Glob recipient, RoutingTarget target) {

    /** A rule for all mail. */
    public static RoutingRule forAll(RoutingTarget target) {
        return new RoutingRule(Glob.ANY, Glob.ANY, target);
    }

    boolean matches(RouteQuery query) {
        String from =
                query.sender().mailbox() == null ? "" : query.sender().mailbox().toString();
        return sender.matches(from) && recipient.matches(query.recipient().toString());
    }

    /** A pattern for addresses: {@code *} stands for any text, and case does not count. */
    public static final class Glob {
        /** Matches every address. */
        public static final Glob ANY = new Glob("*");

        private final String text;
        private final Pattern pattern;

        public Glob(String text) {
            this.text = text;
            var regex = new StringBuilder();
            for (String literal : text.toLowerCase(Locale.ROOT).split("\\*", -1)) {
                regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
            }
            this.pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
        }

        /** Whether the address matches. */
        public boolean matches(String address) {
            return text.equals("*")
                    || pattern.matcher(address.toLowerCase(Locale.ROOT)).matches();
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
