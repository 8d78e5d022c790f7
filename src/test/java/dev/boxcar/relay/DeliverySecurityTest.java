// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.SecuredDestination.inTls;
import static dev.boxcar.relay.SecuredDestination.names;
import static dev.boxcar.relay.SecuredDestination.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.TestAuthority.Issued;
import dev.boxcar.relay.route.NameService.Tlsa;
import dev.boxcar.relay.route.StsPolicy.Mode;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.sign.DkimVerifier;
import dev.boxcar.relay.sign.SigningAlgorithm;
import dev.boxcar.spool.Ulid;
import dev.boxcar.web.JsonTree;
import dev.boxcar.web.relay.RelayWebFixture;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log, the metrics and the API say how each delivery was secured, and by which policy. */
@SuppressWarnings("NullAway") // a field that is missing fails the test
class DeliverySecurityTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";
    private static final List<String> WORDS = List.of("none", "encrypted", "verified", "sts", "dane");

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.boxcar.relay.delivery");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private @Nullable Level usual;
    private TestAuthority authority;
    private Issued right;

    @BeforeEach
    void listen() throws Exception {
        usual = logger.getLevel();
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
        authority = new TestAuthority("public authority");
        right = authority.issue("mx.there.example");
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(usual);
    }

    private RelayFixture byMx(FixedNames names, Downstream downstream) throws Exception {
        return RelayFixture.byMx(names, downstream.port()).trusting(authority.trustingContext());
    }

    /** Sends a message, and expects this word everywhere. */
    private void assertSecured(RelayFixture relay, String expected) throws Exception {
        relay.send(MESSAGE, "bob@there.example");
        Ulid id = relay.ids().get(0);
        relay.awaitEmptyQueue();
        try (var web = RelayWebFixture.of(relay)) {
            assertThat(lines()).singleElement().asString().contains(" tls=" + expected + " ", " status=sent ");
            for (String word : WORDS) {
                assertThat(web.metric("boxcar_deliveries_by_tls_total{tls=\"" + word + "\"}"))
                        .as(word)
                        .isEqualTo(word.equals(expected) ? 1 : 0);
            }
            List<?> sessions = (List<?>) web.json("/queue/" + id + "/attempts"); // the last one was successful
            assertThat(JsonTree.at(sessions.get(sessions.size() - 1), "tls")).isEqualTo(expected);
        }
    }

    private List<String> lines() {
        return log.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith("id="))
                .toList();
    }

    @Test
    void aDeliveryInClear() throws Exception {
        try (var downstream = Downstream.start();
                var relay = byMx(names(), downstream).start()) {
            assertSecured(relay, "none");
        }
    }

    @Test
    void aDeliveryInTlsWithAnyCertificate() throws Exception {
        try (var downstream = inTls(authority.issue("other.example"));
                var relay = byMx(names(), downstream).start()) {
            assertSecured(relay, "encrypted");
        }
    }

    @Test
    void aDeliveryToASmarthostThatIsVerified() throws Exception {
        SSLContext trusted = authority.trustingContext();
        try (var downstream = inTls(right);
                var relay = RelayFixture.to(downstream)
                        .withTls(
                                TlsLevel.VERIFIED,
                                (host, trust) -> TlsSettings.client(trusted, "mx.there.example", host.port()))
                        .start()) {
            assertSecured(relay, "verified");
        }
    }

    @Test
    void aDeliveryByTheMtaStsPolicy() throws Exception {
        try (var downstream = inTls(right);
                var relay = byMx(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            assertSecured(relay, "sts");
        }
    }

    @Test
    void aDeliveryAgainstAPolicyInTestingIsNotCountedAsVerified() throws Exception {
        try (var downstream = inTls(authority.issue("other.example"));
                var relay = byMx(names(), downstream)
                        .withPolicies(policy(Mode.TESTING, "mx.there.example"))
                        .start()) {
            assertSecured(relay, "encrypted");
        }
    }

    @Test
    void aDeliveryByDane() throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(right.certificate().getEncoded());
        try (var downstream = inTls(right)) {
            String name = "_" + downstream.port() + "._tcp.mx.there.example";
            FixedNames names = names().secure("there.example", "mx.there.example", name)
                    .tlsa(name, new Tlsa(3, 0, 1, HexFormat.of().formatHex(digest)));
            try (var relay = byMx(names, downstream).start()) {
                assertSecured(relay, "dane");
            }
        }
    }

    @Test
    void theReasonOfADeferralNamesThePolicy() throws Exception {
        try (var downstream = inTls(authority.issue("other.example"));
                var relay = byMx(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            await().atMost(RelayFixture.LIMIT).until(() -> !lines().isEmpty());
            assertThat(lines().get(0))
                    .contains(
                            " tls=none dkim=none dsn=4.7.5 status=deferred reply=\"the MTA-STS policy (enforce) is not met: ");
        }
    }

    @Test
    void aDeferralBecauseOfThePolicySaysThatTheMessageIsSigned() throws Exception {
        var key = new DkimVerifier().newKey("one", "sender.example", SigningAlgorithm.ED25519);
        try (var downstream = inTls(authority.issue("other.example"));
                var relay = byMx(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .withSigner(DkimSigner.NONE.withKeys(List.of(key)))
                        .start()) {
            relay.send("From: ann@sender.example\r\n" + MESSAGE, "bob@there.example");
            await().atMost(RelayFixture.LIMIT).until(() -> !lines().isEmpty());
            assertThat(lines().get(0)).contains(" tls=none dkim=signed dsn=4.7.5 status=deferred ");
        }
    }
}
