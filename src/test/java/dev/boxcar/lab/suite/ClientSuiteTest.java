// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.ClientSuite.Behaviour;
import dev.boxcar.lab.suite.SocketMailer.Habit;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.verdict.Verdict.Level;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
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

    private static SuiteClient mailer(Habit... habits) {
        return client(SuiteClient.RECIPIENTS, values -> SocketMailer.send(values, SuiteClient.RECIPIENTS, habits));
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

    /** The cases for clients that use STARTTLS, AUTH or BDAT. */
    private static Stream<String> needsOtherClients() {
        return SuiteCatalog.all().stream()
                .map(SuiteCase::name)
                .filter(name -> name.matches(".*(tls|handshake|auth|bdat).*"));
    }

    @Test
    void aCarefulClientPasses() throws Exception {
        List<SuiteCase> cases = SuiteCatalog.all().stream()
                .filter(SuiteCase::runsByDefault)
                .filter(one -> !one.about().contains("1 s") || one.name().equals("slow-354"))
                .toList();
        List<CaseResult> results = run(mailer(), cases);
        assertThat(results)
                .filteredOn(result -> result.status() != Status.PASSED)
                .extracting(result -> result.suiteCase().name() + " " + result.status() + result.violations())
                .containsExactlyInAnyOrderElementsOf(
                        needsOtherClients().map(name -> name + " NOT_REACHED[]").toList());
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
        "IGNORES_REFUSED_RECIPIENTS, rcpt-all-354, V07",
        "ALWAYS_SUCCEEDS, end-554, EXIT",
        "ALWAYS_SUCCEEDS, rcpt-all-550, EXIT",
        "ALWAYS_SUCCEEDS, lost-reply, EXIT",
        "ALWAYS_FAILS, glued, EXIT",
    })
    void aBadClientIsFound(Habit habit, String name, String finding) throws Exception {
        CaseResult result = run(mailer(habit), cases(name)).get(0);
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.violations())
                .extracting(Finding::id)
                .as("%s", result.findings())
                .contains(finding);
        assertThat(run(mailer(), cases(name)).get(0).violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"eight-bit, without BODY=8BITMIME", "eight-bit-not-offered, which the server did not offer"})
    void aClientThatSendsUndeclaredEightBitTextIsFound(String name, String what) throws Exception {
        CaseResult result = run(mailer(), cases(name)).get(0);
        assertThat(result.violations()).singleElement().satisfies(finding -> {
            assertThat(finding.id()).isEqualTo("V13");
            assertThat(finding.text()).startsWith("8-bit content").endsWith(what);
        });
        CaseResult twin = run(mailer(Habit.DECLARES_EIGHT_BIT), cases(name)).get(0);
        assertThat(twin.violations()).isEmpty();
        assertThat(twin.accepted()).isEqualTo(name.equals("eight-bit"));
    }

    @ParameterizedTest
    @CsvSource({"IGNORES_REFUSED_CHUNK, bdat-451, V07", "STUFFS_CHUNKS, plain, V14"})
    void aBadClientThatSendsChunksIsFound(Habit habit, String name, String finding) throws Exception {
        // replies are held long enough to prove what the client knew
        var suite = new ClientSuite(mailer(habit), ClientSuite.Options.DEFAULTS, QUIET);
        assertThat(suite.run(cases(name)).get(0).violations())
                .extracting(Finding::id)
                .containsExactly(finding);
        CaseResult twin = new ClientSuite(mailer(Habit.SENDS_CHUNKS), ClientSuite.Options.DEFAULTS, QUIET)
                .run(cases(name))
                .get(0);
        assertThat(twin.status()).isEqualTo(Status.PASSED);
    }

    /** A mailer in a process of its own, which can be killed while it writes. */
    private static SuiteClient process(Habit habit) {
        return new ClientCommand(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SocketMailer.class.getName(),
                "{host}",
                "{port}",
                "{recipients}",
                "{message}",
                habit.name()));
    }

    @Test
    void aClientThatReadsNothingWhileItSendsDeadlocks() throws Exception {
        ClientSuite.Options options = ClientSuite.Options.DEFAULTS.withLimit(Duration.ofSeconds(4));
        var suite = new ClientSuite(process(Habit.WRITES_BEFORE_IT_READS), options, QUIET);
        CaseResult result = suite.run(cases("full-windows")).get(0);
        assertThat(result.violations()).singleElement().satisfies(finding -> {
            assertThat(finding.id()).isEqualTo("V11");
            assertThat(finding.text()).startsWith("sent more after RCPT (");
        });
    }

    @Test
    void aClientThatReadsWhileItSendsDoesNotDeadlock() throws Exception {
        var suite = new ClientSuite(process(Habit.READS_WHILE_IT_WRITES), ClientSuite.Options.DEFAULTS, QUIET);
        CaseResult result = suite.run(cases("full-windows")).get(0);
        assertThat(result.status()).as("%s", result.findings()).isEqualTo(Status.PASSED);
        assertThat(result.findings()).anyMatch(finding -> finding.id().equals("V11") && finding.level() == Level.PASS);
        assertThat(run(mailer(), cases("full-windows")).get(0).status()).isEqualTo(Status.PASSED);
    }

    @Test
    void aClientThatGivesUpOnAVeryLongReplyHasNotDeadlocked() throws Exception {
        SuiteClient impatient = client(SuiteClient.RECIPIENTS, values -> {
            try (var socket = new Socket(values.host(), values.port())) {
                socket.getOutputStream()
                        .write("EHLO client.example\r\nMAIL FROM:<a@example.com>\r\n".getBytes(US_ASCII));
                return socket.getInputStream().read() < 0 ? 2 : 1;
            } catch (IOException e) {
                return 3;
            }
        });
        assertThat(run(impatient, cases("full-windows")).get(0).findings())
                .filteredOn(finding -> finding.id().equals("V11"))
                .extracting(Finding::level)
                .containsExactly(Level.UNKNOWN);
    }

    @Test
    void aClientThatDoesNotGoOnAfterAPauseIsKilledAndFound() throws Exception {
        SuiteClient hung = client(List.of("a@example.com"), values -> -1);
        CaseResult result = run(hung, cases("deaf-after-data")).get(0);
        assertThat(result.violations()).extracting(Finding::id).containsExactly("V11");
        assertThat(run(hung, cases("drop-mail")).get(0).violations())
                .extracting(Finding::text)
                .containsExactly("did not end within 0 s and was killed");
    }

    @Test
    void aClientThatQueuesMustSendAgainAfterALostReply() throws Exception {
        SuiteClient once = mailer(Habit.ALWAYS_SUCCEEDS);
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
    void aClientThatQueuesShouldTryAgainAfterATemporaryRefusal() throws Exception {
        SuiteClient once = mailer(Habit.ALWAYS_SUCCEEDS);
        SuiteClient twice = client(SuiteClient.RECIPIENTS, values -> {
            SocketMailer.send(values, SuiteClient.RECIPIENTS);
            return SocketMailer.send(values, SuiteClient.RECIPIENTS);
        });
        for (String name : List.of("banner-421", "mail-451", "rcpt-first-450", "rcpt-all-450", "end-451")) {
            assertThat(run(once, Behaviour.QUEUES, cases(name)).get(0).findings())
                    .filteredOn(finding -> finding.id().equals("A07"))
                    .extracting(Finding::level)
                    .containsExactly(Level.ADVICE);
            assertThat(run(twice, Behaviour.QUEUES, cases(name)).get(0).findings())
                    .noneMatch(finding -> finding.id().equals("A07"));
            assertThat(run(once, cases(name)).get(0).findings())
                    .as("it does not queue")
                    .noneMatch(finding -> finding.id().equals("A07"));
        }
        for (String name : List.of("mail-550", "quit-421")) {
            assertThat(run(once, Behaviour.QUEUES, cases(name)).get(0).findings())
                    .as("nothing remains to be tried")
                    .noneMatch(finding -> finding.id().equals("A07"));
        }
    }

    @Test
    void anExitStatusOfAQueueingClientSaysLess() throws Exception {
        SuiteClient queueing = mailer(Habit.ALWAYS_SUCCEEDS);
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
        assertThat(names).hasSizeBetween(30, 75).allMatch(name -> name.matches("[a-z0-9-]{1,22}"));
        assertThat(SuiteCatalog.all())
                .allSatisfy(one -> assertThat(one.script().name()).isEqualTo(one.name()));
    }
}
