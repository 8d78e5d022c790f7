// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.SecuredDestination.inTls;
import static dev.boxcar.relay.SecuredDestination.names;
import static dev.boxcar.relay.SecuredDestination.policy;
import static dev.boxcar.relay.SecuredDestination.record;
import static dev.boxcar.relay.SecuredDestination.withTlsa;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.TestAuthority.Issued;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.NameService.Tlsa;
import dev.boxcar.relay.route.StsPolicy.Mode;
import dev.boxcar.relay.schedule.RetrySchedule;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What MTA-STS (RFC 8461), DANE (RFC 7672) and REQUIRETLS (RFC 8689) let the relay deliver. */
class TlsPolicyDeliveryTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";
    private static final String WAIVED = "tls-required: No\r\n" + MESSAGE;

    private static TestAuthority authority;
    private static Issued right;
    private static Issued wrong;

    @BeforeAll
    static void issueCertificates() throws Exception {
        authority = new TestAuthority("public authority");
        right = authority.issue("mx.there.example");
        wrong = authority.issue("other.example");
    }

    private static RelayFixture relay(FixedNames names, Downstream downstream) throws Exception {
        return RelayFixture.byMx(names, downstream.port())
                .withRetries(RetrySchedule.DEFAULTS)
                .trusting(authority.trustingContext());
    }

    private static void assertDeliveredInTls(RelayFixture relay, Downstream downstream) {
        relay.awaitEmptyQueue();
        assertThat(downstream.messages())
                .singleElement()
                .satisfies(one -> assertThat(one.inTls()).isTrue());
    }

    private static void assertNothingLeaked(Downstream downstream) {
        assertThat(downstream.commands()).noneMatch(line -> line.startsWith("MAIL"));
    }

    // ---- MTA-STS

    @ParameterizedTest
    @CsvSource({"mx.there.example", "*.there.example"})
    void aServerThatThePolicyNamesAndThatProvesItsNameGetsTheMessage(String pattern) throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, pattern))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
        }
    }

    @Test
    void anEnforcedPolicyDefersMailForAServerWithAnotherName() throws Exception {
        try (var downstream = inTls(wrong);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral()).startsWith("4.7.5 the MTA-STS policy (enforce) is not met: ");
            assertNothingLeaked(downstream);
        }
    }

    @Test
    void anEnforcedPolicyDefersMailForAServerThatOffersNoTls() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral())
                    .isEqualTo("4.7.5 the MTA-STS policy (enforce) is not met: the server does not offer STARTTLS");
            assertNothingLeaked(downstream);
        }
    }

    @Test
    void anEnforcedPolicyDefersMailForAServerThatItDoesNotName() throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "other.example", "*.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral())
                    .isEqualTo("4.7.5 the MTA-STS policy does not name the server mx.there.example");
            assertThat(downstream.connections()).isZero();
        }
    }

    @Test
    void theNextServerThatThePolicyNamesGetsTheMessage() throws Exception {
        FixedNames names = new FixedNames()
                .mx("there.example", 5, "mx.evil.example")
                .host("mx.evil.example", "127.0.0.1")
                .mx("there.example", 10, "mx.there.example")
                .host("mx.there.example", "127.0.0.1");
        try (var downstream = inTls(right);
                var relay = relay(names, downstream)
                        .withPolicies(policy(Mode.ENFORCE, "*.there.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
            assertThat(downstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void inTestingTheMessageIsDeliveredAlthoughTheServerHasAnotherName() throws Exception {
        try (var downstream = inTls(wrong);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.TESTING, "mx.there.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
        }
    }

    @Test
    void withoutAPolicyAnyCertificateWillDo() throws Exception {
        try (var downstream = inTls(wrong);
                var relay = relay(names(), downstream).start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
        }
    }

    // ---- DANE

    @Test
    void aServerWithTheCertificateOfItsTlsaRecordGetsTheMessage() throws Exception {
        Issued unknown = new TestAuthority("unknown").issue("whatever.example");
        try (var downstream = inTls(unknown);
                var relay = relay(withTlsa(downstream, record(3, unknown.certificate())), downstream)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
        }
    }

    @Test
    void aServerWithAnotherCertificateThanItsTlsaRecordDefersTheMessage() throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(withTlsa(downstream, record(3, wrong.certificate())), downstream)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral()).startsWith("4.7.5 the DANE policy is not met: ");
            assertNothingLeaked(downstream);
        }
    }

    @Test
    void mtaStsDoesNotOverrideDaneThatFails() throws Exception { // RFC 8461 §2
        try (var downstream = inTls(right);
                var relay = relay(withTlsa(downstream, record(3, wrong.certificate())), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral()).startsWith("4.7.5 the DANE policy is not met: ");
            assertNothingLeaked(downstream);
        }
    }

    @Test
    void recordsThatCannotBeUsedStillRequireTls() throws Exception { // RFC 7672 §2.2
        try (var downstream = Downstream.start();
                var relay = relay(withTlsa(downstream, new Tlsa(1, 0, 1, "00")), downstream)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral()).isEqualTo("4.7.5 the server does not offer STARTTLS");
            assertNothingLeaked(downstream);
        }
        try (var downstream = inTls(wrong);
                var relay = relay(withTlsa(downstream, new Tlsa(1, 0, 1, "00")), downstream)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
        }
    }

    @Test
    void aServerWhoseRecordsCannotBeLookedUpIsNotUsed() throws Exception { // RFC 7672 §2.1.2
        try (var downstream = inTls(right)) {
            String name = "_" + downstream.port() + "._tcp.mx.there.example";
            FixedNames names =
                    names().secure("there.example", "mx.there.example").noTlsa(name, Status.FAILED);
            try (var relay = relay(names, downstream).start()) {
                relay.send(MESSAGE, "bob@there.example");
                assertThat(relay.awaitDeferral()).startsWith("4.7.5 DANE: cannot look up " + name);
                assertThat(downstream.connections()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"there.example", "mx.there.example"})
    void recordsOfNamesThatDnssecDoesNotProveAreNotUsed(String onlySecure) throws Exception { // RFC 7672 §2.2.1
        try (var downstream = inTls(right)) {
            String name = "_" + downstream.port() + "._tcp.mx.there.example";
            FixedNames names = names().secure(onlySecure, name).tlsa(name, record(3, wrong.certificate()));
            try (var relay = relay(names, downstream).start()) {
                relay.send(MESSAGE, "bob@there.example");
                assertDeliveredInTls(relay, downstream);
            }
        }
    }

    @Test
    void recordsThatDnssecDoesNotProveAreNotUsed() throws Exception { // RFC 7672 §2.1.2
        try (var downstream = inTls(right)) {
            String name = "_" + downstream.port() + "._tcp.mx.there.example";
            FixedNames names =
                    names().secure("there.example", "mx.there.example").tlsa(name, record(3, wrong.certificate()));
            try (var relay = relay(names, downstream).start()) {
                relay.send(MESSAGE, "bob@there.example");
                assertDeliveredInTls(relay, downstream);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_RECORD", "NO_SUCH_NAME"})
    void aServerWithoutRecordsMayHaveAnyCertificateOrNone(Status status) throws Exception { // RFC 7672 §2.1.2
        try (var downstream = Downstream.start()) {
            String name = "_" + downstream.port() + "._tcp.mx.there.example";
            FixedNames names =
                    names().secure("there.example", "mx.there.example", name).noTlsa(name, status);
            try (var relay = relay(names, downstream).start()) {
                relay.send(MESSAGE, "bob@there.example");
                relay.awaitEmptyQueue();
                assertThat(downstream.recipients()).containsExactly("bob@there.example");
            }
        }
    }

    @Test
    void recordsOfTheNameThatAnAliasStandsForComeFirst() throws Exception { // RFC 7672 §2.2.2
        try (var downstream = inTls(right)) {
            String own = "_" + downstream.port() + "._tcp.mx.there.example";
            String target = "_" + downstream.port() + "._tcp.host.example";
            FixedNames names = names().secure("there.example", "mx.there.example", own, target)
                    .alias("mx.there.example", "host.example")
                    .tlsa(own, record(3, wrong.certificate()))
                    .tlsa(target, record(3, right.certificate()));
            try (var relay = relay(names, downstream).start()) {
                relay.send(MESSAGE, "bob@there.example");
                assertDeliveredInTls(relay, downstream);
            }
        }
    }

    /** The server is host.example, also known as mx.there.example; there.example is an alias of canonical.example. */
    private static FixedNames withAliases(Downstream downstream, Tlsa record) throws Exception {
        String target = "_" + downstream.port() + "._tcp.host.example";
        return names().secure("there.example", "mx.there.example", target)
                .alias("there.example", "canonical.example")
                .alias("mx.there.example", "host.example")
                .tlsa(target, record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host.example", "there.example", "canonical.example"})
    void aCertificateOfAnAuthorityMayHaveTheNameOfTheRecordsOrOfTheDomain(String name) throws Exception {
        var own = new TestAuthority("private"); // RFC 7672 §3.2.2
        try (var downstream = inTls(own.issue(name));
                var relay = relay(withAliases(downstream, record(2, own.certificate())), downstream)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mx.there.example", "other.example"})
    void aCertificateOfAnAuthorityMayHaveNoOtherName(String name) throws Exception { // RFC 7672 §3.2.2
        var own = new TestAuthority("private");
        try (var downstream = inTls(own.issue(name));
                var relay = relay(withAliases(downstream, record(2, own.certificate())), downstream)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral())
                    .startsWith("4.7.5 the DANE policy is not met: ")
                    .contains("has none of the names");
            assertNothingLeaked(downstream);
        }
    }

    // ---- the name that a server is asked for (SNI)

    @Test
    void mailOfOneDomainDoesNotGoToAServerThatHasOnlyTheNameOfAnother() throws Exception { // RFC 7672 §3.2.2
        try (var downstream = inTls(authority.issue("third.example"))) {
            String name = "_" + downstream.port() + "._tcp.mx.there.example";
            FixedNames names = names().mx("third.example", 10, "mx.there.example")
                    .secure("there.example", "third.example", "mx.there.example", name)
                    .tlsa(name, record(2, authority.certificate()));
            try (var relay = relay(names, downstream).start()) {
                relay.send(MESSAGE, "ann@third.example");
                assertDeliveredInTls(relay, downstream);
                relay.send(MESSAGE, "bob@there.example");
                assertThat(relay.awaitDeferral()).contains("has none of the names");
                assertThat(downstream.recipients()).containsExactly("ann@third.example");
            }
        }
    }

    @Test
    void aServerWithTlsaRecordsIsAskedForTheNameThatHasThem() throws Exception { // RFC 7672 §8.1
        var asked = new CopyOnWriteArrayList<String>();
        try (var downstream = Downstream.startInTls(right.serverContext(asked::add), event -> null);
                var relay = relay(withAliases(downstream, record(3, right.certificate())), downstream)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
            assertThat(Set.copyOf(asked)).containsExactly("host.example");
        }
    }

    @Test
    void aServerOfAnMtaStsPolicyIsAskedForItsName() throws Exception { // RFC 8461 §7.1
        var asked = new CopyOnWriteArrayList<String>();
        try (var downstream = Downstream.startInTls(right.serverContext(asked::add), event -> null);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
            assertThat(Set.copyOf(asked)).containsExactly("mx.there.example");
        }
    }

    // ---- REQUIRETLS

    private static Downstream offering(Issued certificate, String lines) throws Exception {
        return Downstream.startInTls(
                certificate.serverContext(), event -> event.verb().equals("EHLO-TLS") ? lines : null);
    }

    private static Downstream offeringRequireTls(Issued certificate) throws Exception {
        return offering(certificate, "250-downstream\r\n250-REQUIRETLS\r\n250 ENHANCEDSTATUSCODES");
    }

    @Test
    void aServerThatOffersRequireTlsIsToldOfIt() throws Exception { // RFC 8689 §4.2.1
        try (var downstream = offeringRequireTls(right);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.TESTING, "mx.there.example"))
                        .start()) {
            relay.enqueue("<ann@sender.example> REQUIRETLS", MESSAGE, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
            assertThat(downstream.commands()).contains("MAIL FROM:<ann@sender.example> REQUIRETLS");
        }
    }

    /** Waits for the report about a message that nobody gets, and returns it. */
    private static String reportAfter(RelayFixture relay, Downstream sender) {
        relay.awaitEmptyQueue();
        assertThat(sender.recipients()).containsExactly("ann@sender.example");
        return sender.messages().get(0).content();
    }

    private static FixedNames alsoForTheSender(FixedNames names) {
        return names.mx("sender.example", 10, "mx.there.example");
    }

    @Test
    void aServerWithoutRequireTlsDoesNotGetTheMessage() throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(alsoForTheSender(names()), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.enqueue("<ann@sender.example> REQUIRETLS RET=FULL", MESSAGE, "bob@there.example");
            String report = reportAfter(relay, downstream);
            assertThat(report).contains("Status: 5.7.30").contains("text/rfc822-headers");
            assertThat(report).doesNotContain("\r\ntext\r\n"); // RFC 8689 §5: as if RET=HDRS had been said
        }
    }

    @Test
    void aServerWhoseNameNothingProvesDoesNotGetTheMessage() throws Exception {
        try (var downstream = offeringRequireTls(right);
                var relay = relay(alsoForTheSender(names()), downstream).start()) {
            relay.enqueue("<ann@sender.example> REQUIRETLS", MESSAGE, "bob@there.example");
            assertThat(reportAfter(relay, downstream)).contains("Status: 5.7.10");
        }
    }

    @Test
    void aServerWithAnotherNameDoesNotGetTheMessage() throws Exception {
        try (var downstream = offeringRequireTls(wrong);
                var relay = relay(alsoForTheSender(names()), downstream)
                        .withPolicies(policy(Mode.TESTING, "mx.there.example"))
                        .start()) {
            relay.enqueue("<ann@sender.example> REQUIRETLS", MESSAGE, "bob@there.example");
            assertThat(reportAfter(relay, downstream)).contains("Status: 5.7.10");
        }
    }

    @Test
    void theReportAboutSuchAMessageRequiresTlsToo() throws Exception { // RFC 8689 §5
        try (var downstream = Downstream.startInTls(right.serverContext(), event -> switch (event.verb()) {
                    case "EHLO-TLS" -> "250-downstream\r\n250-REQUIRETLS\r\n250 ENHANCEDSTATUSCODES";
                    case "RCPT" -> event.line().contains("bob") ? "550 5.1.1 nobody" : null;
                    default -> null;
                });
                var relay = relay(alsoForTheSender(names()), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.enqueue("<ann@sender.example> REQUIRETLS", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();
            assertThat(downstream.commands()).contains("MAIL FROM:<> REQUIRETLS");
        }
    }

    // ---- TLS-Required: no

    @ParameterizedTest
    @EnumSource(names = {"ENFORCE", "TESTING"})
    void aMessageThatWaivesTlsIsDeliveredAgainstThePolicy(Mode mode) throws Exception { // RFC 8689 §4.2.2
        try (var downstream = Downstream.start();
                var relay = relay(names(), downstream)
                        .withPolicies(policy(mode, "other.example"))
                        .start()) {
            relay.send(WAIVED, "bob@there.example");
            relay.awaitEmptyQueue();
            assertThat(downstream.recipients()).containsExactly("bob@there.example");
        }
    }

    @Test
    void aMessageThatWaivesTlsIsDeliveredAgainstDane() throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(withTlsa(downstream, record(3, wrong.certificate())), downstream)
                        .start()) {
            relay.send(WAIVED, "bob@there.example");
            assertDeliveredInTls(relay, downstream);
        }
    }

    @Test
    void theTextOfAMessageDoesNotWaiveTls() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.send(MESSAGE + "TLS-Required: no\r\n", "bob@there.example");
            assertThat(relay.awaitDeferral()).startsWith("4.7.5 ");
            assertNothingLeaked(downstream);
        }
    }
}
