// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.MailRouter;
import dev.boxcar.relay.route.MxLookup;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.OwnHosts;
import dev.boxcar.relay.route.RoutingRule;
import dev.boxcar.relay.route.RoutingTable;
import dev.boxcar.relay.route.RoutingTarget;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.submitter.SubmitterCondition;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.unit.Glob;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail goes to the server that the routes name for its client: one for a user, one for a network, one for the rest. */
class SubmitterRouteTest {
    private static final SubmitterCondition SHOP = SubmitterCondition.ANY.withUser(new Glob("shop"));
    private static final SubmitterCondition PRINTERS = SubmitterCondition.ANY.withNetworks(List.of("127.0.3.0/24"));
    private static final String CONTENT = "Subject: hi\r\n\r\ntext\r\n";

    @TempDir
    Path directory;

    private static MailRouter router(int shop, int printers, int others) {
        return new RoutingTable(
                List.of(rule(shop).withSubmitter(SHOP), rule(printers).withSubmitter(PRINTERS), rule(others)),
                new MxLookup(new FixedNames(), new OwnHosts("relay.example", Set.of()), 25, TlsLevel.NONE));
    }

    private static RoutingRule rule(int port) {
        boolean isSmarthost = true;
        return RoutingRule.forAll(new RoutingTarget.Smarthost(new NextHop(
                "port-" + port,
                List.of(MailHost.of("127.0.0.1", port)),
                ClientProtocol.SMTP,
                TlsLevel.NONE,
                null,
                isSmarthost)));
    }

    /** Sends a message from this address, as this user unless that is empty. */
    private static void submit(RelayFixture relay, String client, String user, String recipient) throws Exception {
        String login = Base64.getEncoder().encodeToString(("\0" + user + "\0secret").getBytes(US_ASCII));
        var lines = Stream.of(
                        "EHLO c",
                        user.isEmpty() ? "NOOP" : "AUTH PLAIN " + login,
                        "MAIL FROM:<ann@sender.example>",
                        "RCPT TO:<" + recipient + ">",
                        "DATA",
                        CONTENT + ".")
                .toArray(String[]::new);
        List<String> replies = relay.talkFrom(client, lines);
        assertThat(replies.get(replies.size() - 1)).startsWith("250");
    }

    private static void submitAll(RelayFixture relay) throws Exception {
        submit(relay, "127.0.3.9", "shop", "by-user@there.example");
        submit(relay, "127.0.3.9", "", "by-network@there.example");
        submit(relay, "127.0.3.9", "ann", "by-network-too@there.example");
        submit(relay, "127.0.0.1", "", "by-neither@there.example");
        // as earlier versions or other programs might have queued it
        relay.enqueue("Session: old\n".getBytes(US_ASCII), "<ann@sender.example>", CONTENT, "old@there.example");
        relay.enqueue(
                EnvelopeWriter.preamble("maildrop", "local", "relay.example", "local"),
                "<ann@sender.example>",
                CONTENT,
                "maildrop@there.example");
    }

    private static void assertDivided(Downstream shop, Downstream printers, Downstream others) {
        assertThat(shop.recipients()).containsExactly("by-user@there.example");
        assertThat(printers.recipients())
                .containsExactlyInAnyOrder("by-network@there.example", "by-network-too@there.example");
        assertThat(others.recipients())
                .containsExactlyInAnyOrder("by-neither@there.example", "old@there.example", "maildrop@there.example");
    }

    @Test
    void theUserAndTheNetworkOfTheClientChooseTheSmarthost() throws Exception {
        try (var shop = Downstream.start();
                var printers = Downstream.start();
                var others = Downstream.start();
                var relay = RelayFixture.to(others)
                        .withLogins()
                        .withRouter(router(shop.port(), printers.port(), others.port()))
                        .start()) {
            submitAll(relay);
            relay.awaitEmptyQueue();

            assertDivided(shop, printers, others);
        }
    }

    @Test
    void theyAreKnownAfterARestart() throws Exception {
        int unused;
        try (var closed = Downstream.start()) {
            unused = closed.port();
        }
        try (var relay =
                RelayFixture.toPorts(unused).withLogins().withSpool(directory).start()) {
            submitAll(relay);
            relay.awaitDeferrals(6);
        }
        try (var shop = Downstream.start();
                var printers = Downstream.start();
                var others = Downstream.start();
                var relay = RelayFixture.to(others)
                        .withSpool(directory)
                        .withRouter(router(shop.port(), printers.port(), others.port()))
                        .start()) {
            relay.awaitEmptyQueue();

            assertDivided(shop, printers, others);
        }
    }
}
