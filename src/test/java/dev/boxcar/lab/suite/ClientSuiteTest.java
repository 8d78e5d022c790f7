// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.ClientSuite.Behaviour;
import dev.boxcar.lab.suite.SocketMailer.Fault;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.verdict.Verdict.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A careful client passes the suite, and each kind of bad client is found. */
@Timeout(120)
class ClientSuiteTest {
    private static final Duration HOLD = Duration.ofMillis(10);

    private static final ClientSuite.Progress QUIET = new ClientSuite.Progress() {
        @Override
        public void begins(SuiteCase suiteCase, int number, int of) {}

        @Override
        public void ended(CaseResult result) {}
    };

    /** A client in this JVM. */
    private static SuiteClient client(List<String> recipients, ToIntFunction<SuiteClient.Values> send) {
        return new SuiteClient() {
            @Override
            public List<String> recipients() {
                return recipients;
            }

            @Override
            public Run run(Values values, Duration limit) {
                long start = System.nanoTime();
                int status = send.applyAsInt(values);
                return new Run(status, Duration.ofNanos(System.nanoTime() - start), "");
            }
        };
    }

    private static SuiteClient mailer(Fault... faults) {
        return client(SuiteClient.RECIPIENTS, values -> SocketMailer.send(values, SuiteClient.RECIPIENTS, faults));
    }

    private static List<SuiteCase> cases(String... names) {
        List<String> wanted = Arrays.asList(names);
        List<SuiteCase> found = SuiteCatalog.all().stream()
                .filter(one -> wanted.contains(one.name()))
                .toList();
        assertThat(found).hasSize(names.length);
        return found;
    }

    private static List<CaseResult> run(SuiteClient client, List<SuiteCase> cases) throws Exception {
        return run(client, Behaviour.REPORTS, cases);
    }

    private static List<CaseResult> run(SuiteClient client, Behaviour behaviour, List<SuiteCase> cases)
            throws Exception {
        ClientSuite.Options options =
                ClientSuite.Options.DEFAULTS.withHold(HOLD).withBehaviour(behaviour);
        return new ClientSuite(client, options, QUIET).run(cases);
    }

    @Test
    void aCarefulClientPasses() throws Exception {
        List<SuiteCase> cases = SuiteCatalog.all().stream()
                .filter(one -> !one.about().contains("1 s") || one.name().equals("slow-354"))
                .toList();
        List<CaseResult> results = run(mailer(), cases);
        assertThat(results)
                .filteredOn(result -> result.status() != Status.PASSED)
                .extracting(result -> result.suiteCase().name() + " " + result.status() + result.violations())
                .containsExactly("no-pipelining-in-tls NOT_REACHED[]");
        assertThat(results)
                .filteredOn(result -> result.suiteCase().focus() == SuiteCase.Focus.FRAMING)
                .allSatisfy(result -> assertThat(result.findings())
                        .anyMatch(finding -> finding.id().equals("V09") && finding.level() == Level.PASS));
    }

    @ParameterizedTest
    @CsvSource({
        "ALWAYS_PIPELINES, no-pipelining, V02",
        "TALKS_FIRST, slow-banner, V01",
        "SENDS_BODY_WITH_DATA, plain, V06",
        "DOES_NOT_STUFF, plain, V14",
        "BARE_LF, plain, V12",
        "READS_ONCE, bytes, V09",
        "COUNTS_LINES, many-lines, V09",
        "IGNORES_REFUSED_DATA, data-554, V07",
        "ALWAYS_SUCCEEDS, end-554, EXIT",
        "ALWAYS_SUCCEEDS, rcpt-all-550, EXIT",
        "ALWAYS_SUCCEEDS, lost-reply, EXIT",
        "ALWAYS_FAILS, glued, EXIT",
    })
    void aBadClientIsFound(Fault fault, String name, String finding) throws Exception {
        CaseResult result = run(mailer(fault), cases(name)).get(0);
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.violations())
                .extracting(Finding::id)
                .as("%s", result.findings())
                .contains(finding);
        assertThat(run(mailer(), cases(name)).get(0).violations()).isEmpty();
    }

    @Test
    void aClientThatReadsNoRepliesWhileItWaitsIsKilledAndFound() throws Exception {
        SuiteClient hung = client(List.of("a@example.com"), values -> -1);
        CaseResult result = run(hung, cases("deaf-after-data")).get(0);
        assertThat(result.violations()).extracting(Finding::id).containsExactly("V11");
        assertThat(run(hung, cases("drop-mail")).get(0).violations())
                .extracting(Finding::text)
                .containsExactly("did not end within 0 s and was killed");
    }

    @Test
    void aClientThatQueuesMustSendAgainAfterALostReply() throws Exception {
        SuiteClient once = mailer(Fault.ALWAYS_SUCCEEDS);
        assertThat(run(once, Behaviour.QUEUES, cases("lost-reply")).get(0).violations())
                .extracting(Finding::id)
                .containsExactly("V16");
        SuiteClient twice = client(SuiteClient.RECIPIENTS, values -> {
            int first = SocketMailer.send(values, SuiteClient.RECIPIENTS);
            return first == 0 ? 0 : SocketMailer.send(values, SuiteClient.RECIPIENTS);
        });
        CaseResult result = run(twice, Behaviour.QUEUES, cases("lost-reply")).get(0);
        assertThat(result.violations()).isEmpty();
        assertThat(result.sessions()).hasSize(2);
        assertThat(result.accepted()).isTrue();
    }

    @Test
    void anExitStatusOfAQueueingClientSaysLess() throws Exception {
        SuiteClient queueing = mailer(Fault.ALWAYS_SUCCEEDS);
        assertThat(run(queueing, Behaviour.QUEUES, cases("mail-451")).get(0).violations())
                .isEmpty();
    }

    @Test
    void aLimitBindsOnlyAClientThatKnowsTheExtension() throws Exception {
        CaseResult result = run(mailer(), cases("rcptmax")).get(0);
        assertThat(result.status()).isEqualTo(Status.PASSED);
        assertThat(result.findings())
                .filteredOn(finding -> finding.id().equals("V15"))
                .allMatch(finding -> finding.level() != Level.VIOLATION);
    }

    @Test
    void aClientThatDoesNotConnectIsFoundAndTheOtherCasesAreSkipped() throws Exception {
        List<CaseResult> results = run(client(List.of("a@example.com"), values -> 0), cases("plain", "mail-550"));
        assertThat(results).extracting(CaseResult::status).containsExactly(Status.FAILED, Status.SKIPPED);
        assertThat(results.get(0).violations())
                .extracting(Finding::text)
                .containsExactly("made no connection; exit status 0");
    }

    @Test
    void aCaseForSeveralRecipientsIsSkippedForOne() throws Exception {
        List<String> one = SuiteClient.RECIPIENTS.subList(0, 1);
        SuiteClient client = client(one, values -> SocketMailer.send(values, one));
        assertThat(run(client, cases("rcpt-middle-550")).get(0).status()).isEqualTo(Status.SKIPPED);
    }

    @Test
    void theCasesHaveDifferentNames() {
        List<String> names = SuiteCatalog.all().stream().map(SuiteCase::name).toList();
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
        assertThat(names).hasSizeBetween(30, 60).allMatch(name -> name.matches("[a-z0-9-]{1,22}"));
        assertThat(SuiteCatalog.all())
                .allSatisfy(one -> assertThat(one.script().name()).isEqualTo(one.name()));
    }
}
