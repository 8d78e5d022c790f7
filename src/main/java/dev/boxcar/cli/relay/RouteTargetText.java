// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.source.Suggestion;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.RoutingTarget;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.unit.IpAddressText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The text of {@code via} in a route: the name of a smarthost, {@code mx}, {@code [ADDRESS]:PORT},
 * {@code lmtp:HOST:PORT}, {@code lmtp:/PATH}, {@code discard}, or {@code error:5.7.1 text}.
 */
final class RouteTargetText {
    private static final String LMTP = "lmtp:";
    private static final String ERROR = "error:";
    private static final boolean IS_SMARTHOST = true;

    private RouteTargetText() {}

    /** Throws {@link IllegalArgumentException} with a message for the user. */
    static RoutingTarget parse(String text, Map<String, NextHop> smarthosts, HopSettings defaults) {
        NextHop smarthost = smarthosts.get(text);
        if (smarthost != null) {
            return new RoutingTarget.Smarthost(smarthost);
        } else if (text.equals("mx")) {
            return new RoutingTarget.Mx();
        } else if (text.equals("discard")) {
            return new RoutingTarget.Discard();
        } else if (text.startsWith(LMTP)) {
            return lmtp(text.substring(LMTP.length()), defaults);
        } else if (text.startsWith(ERROR)) {
            return error(text.substring(ERROR.length()).strip());
        } else if (text.startsWith("[")) {
            return literal(text, defaults);
        }
        var known = new ArrayList<>(smarthosts.keySet());
        known.addAll(List.of("mx", "discard"));
        throw new IllegalArgumentException("unknown target '" + text + "'" + Suggestion.of(text, known)
                + "; use the name of a smarthost, mx, [ADDRESS]:PORT, lmtp:HOST:PORT, lmtp:/PATH, discard or"
                + " error:5.7.1 text");
    }

    private static RoutingTarget lmtp(String where, HopSettings defaults) {
        MailHost host = where.startsWith("/") ? MailHost.atSocket(where) : at(HostPort.parse(where));
        var nextHop = new NextHop(LMTP + host, List.of(host), ClientProtocol.LMTP, TlsLevel.NONE, null, IS_SMARTHOST);
        MailRewriting any = defaults.rewriting().withAlwaysFrom(null); // a mail store takes any sender
        return new RoutingTarget.Smarthost(nextHop.withSettings(defaults.withRewriting(any)));
    }

    private static RoutingTarget literal(String text, HopSettings defaults) {
        int end = text.indexOf(']');
        if (end < 0) {
            throw new IllegalArgumentException("invalid address '" + text + "': expected [ADDRESS]:PORT");
        }
        String address = text.substring(1, end).replaceFirst("^(?i)IPv6:", "");
        if (IpAddressText.parse(address) == null) {
            throw new IllegalArgumentException(
                    "'" + address + "' is not an IP address; for the name of a server, configure a smarthost");
        }
        String rest = text.substring(end + 1);
        HostPort where = HostPort.parse(
                (address.contains(":") ? "[" + address + "]" : address) + (rest.isEmpty() ? ":25" : rest));
        MailHost host = at(where);
        var nextHop = new NextHop(
                host.toString(), List.of(host), ClientProtocol.SMTP, TlsLevel.OPPORTUNISTIC, null, IS_SMARTHOST);
        return new RoutingTarget.Smarthost(nextHop.withSettings(defaults));
    }

    private static MailHost at(HostPort where) {
        if (where.port() == 0) {
            throw new IllegalArgumentException("the port must be 1 to 65535");
        }
        return MailHost.of(where.host(), where.port());
    }

    private static RoutingTarget error(String text) {
        int space = text.indexOf(' ');
        String status = space < 0 ? text : text.substring(0, space);
        String words = space < 0 ? "mail to this address is refused" : text.substring(space + 1);
        EnhancedStatus parsed;
        try {
            parsed = EnhancedStatus.parse(status);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a status such as error:5.7.1 text, not '" + status + "'", e);
        }
        if (parsed.classOf() != 5) {
            throw new IllegalArgumentException("the status of an error must begin with 5, not '" + status + "'");
        }
        return new RoutingTarget.Refuse(parsed, words);
    }
}
