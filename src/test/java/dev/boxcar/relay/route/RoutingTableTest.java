// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.submitter.Submitter;
import dev.boxcar.relay.submitter.SubmitterCondition;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.unit.Glob;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
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
        return nextHop(
                table,
                new RouteQuery(ReversePath.parse("<" + sender + ">"), Mailbox.parse(recipient), Submitter.UNKNOWN));
    }

    private static NextHop nextHop(RoutingTable table, RouteQuery query) {
        return ((MailRoute.ToHosts) table.route(query).toCompletableFuture().join()).nextHop();
    }

    private static RoutingRule rule(String from, String to, RoutingTarget target, HopOverrides overrides) {
        return new RoutingRule(new Glob(from), new Glob(to), SubmitterCondition.ANY, target, overrides);
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

    private static SubmitterCondition network(String network) {
        return SubmitterCondition.ANY.withNetworks(List.of(network));
    }

    private static RouteQuery from(String client, @Nullable String user) {
        Submitter submitter = Objects.requireNonNull(Submitter.at(client)).withUser(user);
        return new RouteQuery(ReversePath.parse("<a@b.example>"), Mailbox.parse("c@d.example"), submitter);
    }

    @Test
    void theFirstRuleWhoseNetworkAndUserMatchDecides() {
        var shop = SubmitterCondition.ANY.withUser(new Glob("shop*"));
        RoutingTable table = table(
                RoutingRule.forAll(new RoutingTarget.Mx()).withSubmitter(shop.withNetworks(List.of("10.0.0.0/8"))),
                RoutingRule.forAll(new RoutingTarget.Mx()).withSubmitter(shop),
                RoutingRule.forAll(new RoutingTarget.Mx()).withSubmitter(network("10.0.0.0/8")),
                RoutingRule.forAll(new RoutingTarget.Mx()).withSubmitter(network("local")));

        assertThat(table.ruleFor(from("10.1.2.3", "shop-7"))).isZero();
        assertThat(table.ruleFor(from("192.0.2.1", "SHOP"))).isEqualTo(1);
        assertThat(table.ruleFor(from("10.1.2.3", "ann"))).isEqualTo(2);
        assertThat(table.ruleFor(from("10.1.2.3", null))).isEqualTo(2);
        assertThat(table.ruleFor(from("local", null))).isEqualTo(3);
        assertThat(table.ruleFor(from("192.0.2.1", null))).isEqualTo(-1);
        assertThat(table.ruleFor(
                        new RouteQuery(ReversePath.parse("<>"), Mailbox.parse("c@d.example"), Submitter.UNKNOWN)))
                .isEqualTo(-1);
    }

    @Test
    void aRuleSaysWhichConditionIsNotMet() {
        RoutingRule rule = new RoutingRule(
                new Glob("a@*"),
                new Glob("*@d.example"),
                network("10.0.0.0/8").withUser(new Glob("shop")),
                new RoutingTarget.Mx(),
                HopOverrides.NONE);

        assertThat(rule.conditions()).isEqualTo("to *@d.example, from a@*, network 10.0.0.0/8, user shop");
        assertThat(rule.mismatch(from("192.0.2.1", "shop"))).isEqualTo("the client is in no such network");
        assertThat(rule.mismatch(from("10.0.0.1", null))).isEqualTo("there is no user");
        assertThat(rule.mismatch(from("10.0.0.1", "ann"))).isEqualTo("the user differs");
        assertThat(rule.mismatch(from("10.0.0.1", "shop"))).isNull();
    }

    @Test
    void rulesForDifferentClientsDoNotShareTheirConnections() {
        var overrides = new HopOverrides(1, null, null, null, null);
        RoutingRule all = rule("*", "*", new RoutingTarget.Smarthost(MAIN), overrides);
        RoutingTable table = table(
                all.withSubmitter(SubmitterCondition.ANY.withUser(new Glob("shop"))),
                all.withSubmitter(network("10.0.0.0/8")),
                all);

        assertThat(nextHop(table, from("10.0.0.1", "shop")).name()).isEqualTo("main (from=* to=* user=shop)");
        assertThat(nextHop(table, from("10.0.0.1", null)).name()).isEqualTo("main (from=* to=* network=10.0.0.0/8)");
        assertThat(nextHop(table, from("192.0.2.1", null)).name()).isEqualTo("main (from=* to=*)");
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
