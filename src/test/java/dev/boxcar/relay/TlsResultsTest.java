// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.SecuredDestination.inTls;
import static dev.boxcar.relay.SecuredDestination.names;
import static dev.boxcar.relay.SecuredDestination.policy;
import static dev.boxcar.relay.SecuredDestination.record;
import static dev.boxcar.relay.SecuredDestination.withTlsa;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.TestAuthority.Issued;
import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.NameService.Tlsa;
import dev.boxcar.relay.route.StsPolicy.Mode;
import dev.boxcar.relay.schedule.RetrySchedule;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What sessions tell of TLS, in the words of RFC 8460 §4.3. */
class TlsResultsTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    private static TestAuthority authority;
    private static Issued right;
    private static Issued wrong;

    private final List<TlsSessionResult> results = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void issueCertificates() throws Exception {
        authority = new TestAuthority("public authority");
        right = authority.issue("mx.there.example");
        wrong = authority.issue("other.example");
    }

    private RelayFixture relay(FixedNames names, Downstream downstream) throws Exception {
        return RelayFixture.byMx(names, downstream.port())
                .withRetries(RetrySchedule.DEFAULTS)
                .trusting(authority.trustingContext())
                .withTlsResults(results::add);
    }

    /** The only result, once the first attempt has ended. */
    private TlsSessionResult result(RelayFixture relay, String message) throws Exception {
        relay.send(message, "bob@there.example");
        await().atMost(RelayFixture.LIMIT).until(() -> relay.size() == 0 || relay.hasState());
        assertThat(results).hasSize(1);
        assertThat(results.get(0).domain()).isEqualTo("there.example");
        return results.get(0);
    }

    private TlsSessionResult.Failure failure() {
        return Objects.requireNonNull(results.get(0).failure(), "a failure");
    }

    private void assertFailure(RelayFixture relay, AppliedPolicy.Type policy, TlsFailureType type) throws Exception {
        TlsSessionResult result = result(relay, MESSAGE);
        assertThat(result.policy().type()).isEqualTo(policy);
        assertThat(failure().type()).isEqualTo(type);
        assertThat(failure().host()).isEqualTo("mx.there.example");
    }

    @Test
    void aSessionInTlsIsASuccessAlsoWithoutAPolicy() throws Exception {
        try (var downstream = inTls(wrong);
                var relay = relay(names(), downstream).start()) {
            assertThat(result(relay, MESSAGE))
                    .isEqualTo(new TlsSessionResult("there.example", AppliedPolicy.NONE, null));
        }
    }

    @Test
    void aSessionThatMeetsThePolicyIsASuccess() throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            TlsSessionResult result = result(relay, MESSAGE);
            assertThat(result.policy().type()).isEqualTo(AppliedPolicy.Type.STS);
            assertThat(result.failure()).isNull();
        }
    }

    @Test
    void aServerWithoutStartTlsIsAFailureOfAnyPolicy() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(names(), downstream).start()) {
            assertFailure(relay, AppliedPolicy.Type.NO_POLICY_FOUND, TlsFailureType.STARTTLS_NOT_SUPPORTED);
            assertThat(failure().address()).isEqualTo("127.0.0.1");
            assertThat(failure().source()).isEqualTo("127.0.0.1");
        }
        results.clear();
        try (var downstream = Downstream.start();
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            assertFailure(relay, AppliedPolicy.Type.STS, TlsFailureType.STARTTLS_NOT_SUPPORTED);
        }
    }

    @Test
    void aCertificateWithAnotherNameIsAMismatchAlsoInTesting() throws Exception {
        for (Mode mode : List.of(Mode.ENFORCE, Mode.TESTING)) {
            try (var downstream = inTls(wrong);
                    var relay = relay(names(), downstream)
                            .withPolicies(policy(mode, "mx.there.example"))
                            .start()) {
                assertFailure(relay, AppliedPolicy.Type.STS, TlsFailureType.CERTIFICATE_HOST_MISMATCH);
                assertThat(failure().source()).isEqualTo("127.0.0.1");
            }
            results.clear();
        }
    }

    @Test
    void aCertificateThatHasExpiredIsToldFromOneThatIsNotTrusted() throws Exception {
        Issued expired = authority.issueUntil(Instant.now().minusSeconds(60), "mx.there.example");
        try (var downstream = inTls(expired);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            assertFailure(relay, AppliedPolicy.Type.STS, TlsFailureType.CERTIFICATE_EXPIRED);
        }
        results.clear();
        Issued unknown = new TestAuthority("unknown").issue("mx.there.example");
        try (var downstream = inTls(unknown);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            assertFailure(relay, AppliedPolicy.Type.STS, TlsFailureType.CERTIFICATE_NOT_TRUSTED);
        }
    }

    @Test
    void aServerThatThePolicyDoesNotNameIsAFailureAlsoInTesting() throws Exception {
        for (Mode mode : List.of(Mode.ENFORCE, Mode.TESTING)) {
            try (var downstream = inTls(right);
                    var relay = relay(names(), downstream)
                            .withPolicies(policy(mode, "mx.else.example"))
                            .start()) {
                assertFailure(relay, AppliedPolicy.Type.STS, TlsFailureType.VALIDATION_FAILURE);
                assertThat(failure().reason()).contains("does not name the server");
            }
            results.clear();
        }
    }

    // ---- DANE

    @Test
    void aSessionByDaneNamesItsRecords() throws Exception {
        Tlsa record = record(3, right.certificate());
        try (var downstream = inTls(right);
                var relay = relay(withTlsa(downstream, record), downstream).start()) {
            TlsSessionResult result = result(relay, MESSAGE);
            assertThat(result.policy()).isEqualTo(AppliedPolicy.ofTlsa(List.of(record.toString())));
            assertThat(result.failure()).isNull();
        }
    }

    @Test
    void aCertificateThatNoTlsaRecordMatchesIsAFailure() throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(withTlsa(downstream, record(3, wrong.certificate())), downstream)
                        .start()) {
            assertFailure(relay, AppliedPolicy.Type.TLSA, TlsFailureType.VALIDATION_FAILURE);
        }
        results.clear();
        try (var downstream = inTls(wrong);
                var relay = relay(withTlsa(downstream, record(2, authority.certificate())), downstream)
                        .start()) {
            assertFailure(relay, AppliedPolicy.Type.TLSA, TlsFailureType.CERTIFICATE_HOST_MISMATCH);
        }
    }

    @Test
    void recordsThatCannotBeUsedAndThatCannotBeLookedUpAreFailures() throws Exception {
        try (var downstream = inTls(right);
                var relay = relay(withTlsa(downstream, new Tlsa(1, 0, 1, "00")), downstream)
                        .start()) {
            assertFailure(relay, AppliedPolicy.Type.TLSA, TlsFailureType.TLSA_INVALID);
            assertThat(downstream.messages()).hasSize(1);
        }
        results.clear();
        try (var downstream = inTls(right)) {
            String name = "_" + downstream.port() + "._tcp.mx.there.example";
            FixedNames names =
                    names().secure("there.example", "mx.there.example").noTlsa(name, Status.FAILED);
            try (var relay = relay(names, downstream).start()) {
                assertFailure(relay, AppliedPolicy.Type.TLSA, TlsFailureType.DNSSEC_INVALID);
            }
        }
    }

    // ---- what is not counted

    @Test
    void aMessageThatWaivesThePolicyIsNotCounted() throws Exception {
        try (var downstream = inTls(wrong);
                var relay = relay(names(), downstream)
                        .withPolicies(policy(Mode.ENFORCE, "mx.there.example"))
                        .start()) {
            relay.send("TLS-Required: No\r\n" + MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();
            assertThat(results).isEmpty();
        }
    }

    @Test
    void aSmarthostAndAServerThatCannotBeReachedAreNotCounted() throws Exception {
        try (var downstream = Downstream.start();
                var relay =
                        RelayFixture.to(downstream).withTlsResults(results::add).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();
        }
        try (var downstream = Downstream.start(event -> event.verb().equals("CONNECT") ? "421 4.3.2 not now" : null);
                var relay = relay(names(), downstream).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitDeferral();
        }
        assertThat(results).isEmpty();
    }
}
