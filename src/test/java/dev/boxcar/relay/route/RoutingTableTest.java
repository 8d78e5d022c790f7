// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.unit.Glob;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
    private static final Mailbox ACCOUNT = Mailbox.parse("account@provider.example");
    private static final HopSettings OWN = HopSettings.DEFAULTS.withConnections(7);
    private static final NextHop MAIN = new NextHop(
            "main", List.of(MailHost.of("smtp.example", 587)), ClientProtocol.SMTP, TlsLevel.VERIFIED, null, true, OWN);

    private static RoutingTable table(RoutingRule... rules) {
        return new RoutingTable(
                List.of(rules),
                new MxLookup(new LiteralsOnly(), new OwnHosts("relay.example", Set.of()), 25, TlsLevel.NONE),
                HopSettings.DEFAULTS.withMessagesPerMinute(9));
    }

    private static NextHop nextHop(RoutingTable table, String sender, String recipient) {
        var query = new RouteQuery(ReversePath.parse("<" + sender + ">"), Mailbox.parse(recipient));
        return ((MailRoute.ToHosts) table.route(query).toCompletableFuture().join()).nextHop();
    }

    private static RoutingRule rule(String from, String to, RoutingTarget target, HopOverrides overrides) {
        return new RoutingRule(new Glob(from), new Glob(to), target, overrides);
    }

    @Test
    void aRouteThatSetsSomethingHasItsOwnConnectionsAndKeepsTheOtherSettings() {
        var overrides = new HopOverrides(null, null, 60, null, ACCOUNT);
        RoutingTable table = table(
                rule("*", "*@slow.example", new RoutingTarget.Smarthost(MAIN), overrides),
                RoutingRule.forAll(new RoutingTarget.Smarthost(MAIN)));

        NextHop slow = nextHop(table, "a@b.example", "x@SLOW.example");
        assertThat(slow.name()).isEqualTo("main (from=* to=*@slow.example)");
        assertThat(slow.settings())
                .isEqualTo(OWN.withMessagesPerMinute(60).withRewriting(MailRewriting.NONE.withAlwaysFrom(ACCOUNT)));
        assertThat(nextHop(table, "a@b.example", "x@other.example")).isEqualTo(MAIN);
    }

    @Test
    void serversThatMxRecordsNameHaveTheSettingsOfTheTableUnlessTheRouteHasOthers() {
        RoutingTable table = table(
                rule("*@shop.example", "*", new RoutingTarget.Mx(), new HopOverrides(2, null, null, null, null)),
                RoutingRule.forAll(new RoutingTarget.Mx()));

        HopSettings usual = nextHop(table, "a@b.example", "x@[192.0.2.1]").settings();
        assertThat(usual).isEqualTo(HopSettings.DEFAULTS.withMessagesPerMinute(9));
        assertThat(nextHop(table, "a@shop.example", "x@[192.0.2.1]").settings()).isEqualTo(usual.withConnections(2));
    }

    /** An address literal needs no look-up. */
    private static final class LiteralsOnly implements NameService {
        @Override
        public CompletionStage<Answer<String>> texts(String name) {
            return CompletableFuture.completedStage(Answer.none(Status.NO_RECORD, ""));
        }

        @Override
        public CompletionStage<Answer<Mx>> mx(String domain) {
            throw new AssertionError("looked up " + domain);
        }

        @Override
        public CompletionStage<Answer<InetAddress>> addresses(String host) {
            throw new AssertionError("looked up " + host);
        }
    }
}
