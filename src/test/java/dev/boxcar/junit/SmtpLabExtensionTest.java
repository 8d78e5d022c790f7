// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.TestExecutionResult.Status.ABORTED;
import static org.junit.platform.engine.TestExecutionResult.Status.SUCCESSFUL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the extension does for test classes: runs samples with JUnit's launcher. */
@Timeout(60)
class SmtpLabExtensionTest {
    @TempDir
    Path records;

    private SampleRun run(Class<?> sample) {
        return SampleRun.of(sample, records);
    }

    private List<String> recordNames() throws IOException {
        try (Stream<Path> files = Files.list(records)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    // ---- tests that succeed

    @ParameterizedTest
    @ValueSource(
            classes = {
                LabSamples.InstanceField.class,
                LabSamples.StaticField.class,
                LabSamples.OneInstance.class,
                LabSamples.ParameterOnly.class,
                LabSamples.RegisteredByHand.class,
                LabSamples.Inheriting.class
            })
    void givesTestsTheirServers(Class<?> sample) throws IOException {
        SampleRun run = run(sample);
        assertThat(run.results()).isNotEmpty();
        assertThat(run.results().values())
                .allSatisfy(result ->
                        assertThat(result).hasToString("TestExecutionResult [status = SUCCESSFUL, throwable = null]"));
        assertThat(recordNames()).isEmpty();
    }

    @Test
    void parallelTestsOfAClassSeeOnlyTheirOwnMail() {
        SampleRun run = SampleRun.of(
                LabSamples.Parallel.class,
                records,
                Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"));
        assertThat(run.results()).hasSize(4);
        assertThat(run.statuses()).containsOnly(SUCCESSFUL);
    }

    @Test
    void anAbortedTestLeavesNoRecord() throws IOException {
        assertThat(run(LabSamples.Aborted.class).statuses()).containsExactly(ABORTED);
        assertThat(recordNames()).isEmpty();
    }

    // ---- tests that fail

    @Test
    void theFailureOfAWaitHasTheTranscript() {
        assertThat(run(LabSamples.TimingOut.class).failure("waitsInVain()"))
                .contains("no message arrived within 1 ms")
                .contains("C: MAIL FROM:<author@example.org>")
                .contains("S: 501 ");
    }

    @Test
    void aFailedTestLeavesARecordWithItsSessions() throws IOException {
        run(LabSamples.TimingOut.class);
        assertThat(recordNames()).containsExactly("LabSamples.TimingOut.waitsInVain.html");
        assertThat(records.resolve("LabSamples.TimingOut.waitsInVain.html"))
                .content()
                .contains("RCPT TO:&lt;&lt;script&gt;&amp;&gt;", "501 ", "no message arrived within 1 ms")
                .doesNotContain("<script>");
    }

    @Test
    void aRecordHasTheMessagesAndScriptsOfItsInvocation() throws IOException {
        SampleRun run = run(LabSamples.FailingAfterMail.class);
        assertThat(run.failure("repetition 1 of 2")).isEqualTo("on purpose");
        assertThat(recordNames())
                .containsExactly(
                        "LabSamples.FailingAfterMail.fails-1.html", "LabSamples.FailingAfterMail.fails-2.html");
        assertThat(records.resolve("LabSamples.FailingAfterMail.fails-2.html"))
                .content()
                .contains("Subject: &lt;b&gt;unread&lt;/b&gt;", "the third", "RCPT number 3");
    }

    @Test
    void strictModeFailsATestThatDidNotUseARule() throws IOException {
        SampleRun run = run(LabSamples.Strict.class);
        assertThat(run.failure("usesNoRule()")).isEqualTo("unused: rule 1 of script s1, on RCPT number 3");
        assertThat(run.failure("usesNoScript()"))
                .isEqualTo("unused: script s1 (greeted), because no session came for it");
        assertThat(run.failure("failsFirst()")).isEqualTo("on purpose");
        assertThat(recordNames()).contains("LabSamples.Strict.usesNoRule.html");
    }

    // ---- mistakes

    @Test
    void namesAFieldOfAnotherType() {
        assertThat(run(LabSamples.WrongField.class).failure("LabSamples$WrongField"))
                .isEqualTo("the field WrongField.smtp with @SmtpLab must have the type SmtpLabServer, not String");
    }

    @Test
    void namesAFinalField() {
        assertThat(run(LabSamples.FinalField.class).failure("LabSamples$FinalField"))
                .isEqualTo("the field FinalField.SMTP with @SmtpLab must not be final");
    }

    @Test
    void namesAParameterOfAnotherType() {
        assertThat(run(LabSamples.WrongParameter.class).failure("neverRuns(String)"))
                .contains("@SmtpLab needs a parameter of type SmtpLabServer, not String");
    }

    @Test
    void aParameterCannotStandForOneOfTwoServers() {
        assertThat(run(LabSamples.TwoServers.class).failure("neverRuns(SmtpLabServer)"))
                .contains("this test has 2 SMTP servers");
    }

    @Test
    void aParameterOutsideOfATestNeedsASharedServer() {
        assertThat(run(LabSamples.ForAllTests.class).failure("LabSamples$ForAllTests"))
                .contains("declare one static field of that type with @SmtpLab");
    }
}
