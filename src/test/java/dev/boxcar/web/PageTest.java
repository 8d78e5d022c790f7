// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boxcar.relay.Downstream;
import dev.boxcar.web.outbound.LinkCheck;
import dev.boxcar.web.outbound.MessageChecks;
import dev.boxcar.web.relay.RelayWebFixture;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The page in Chromium: what it shows, what hostile messages can do, and which requests it sends. The steps are in
 * {@code src/test/js}. Skipped with a reason if there is no browser, no Node or no npm registry.
 * {@code -Dpage.shots=DIR} saves screenshots.
 */
@Timeout(600)
class PageTest {
    private static final List<String> PACKAGES = List.of("playwright-core@1.55.0");
    private static final Duration TIMEOUT = Duration.ofMinutes(6);

    @Test
    void worksInARealBrowser() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.recorded()) {
            play("page.mjs", sink.base(), port(sink), browser, System.getProperty("page.shots", ""));
        }
    }

    @Test
    void showsSessionsAndScriptsOfALab() throws Exception {
        String browser = browser();
        try (SinkFixture lab = SinkFixture.lab()) {
            play("lab.mjs", lab.base(), port(lab), browser, System.getProperty("page.shots", ""));
        }
    }

    @Test
    void worksBelowAWebRoot() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.below("/q/mail")) {
            sink.mail("far below");
            play("below.mjs", sink.base(), browser);
        }
    }

    @Test
    void selectsOneOfSeveralInboxes() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.recorded("plus-tag")) {
            play("namespaces.mjs", sink.base(), port(sink), browser);
        }
    }

    @Test
    void releasesAMessage() throws Exception {
        String browser = browser();
        try (SinkFixture real = SinkFixture.start();
                SinkFixture sink = SinkFixture.start(
                        OptionalFeatures.NONE.withRelease(ReleaseTest.release(real.smtpPort(), "blocked")))) {
            sink.mail("to be released");
            play("release.mjs", sink.base(), real.base(), browser);
        }
    }

    @Test
    void showsInlineImages() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.start()) {
            play("inline.mjs", sink.base(), port(sink), browser);
        }
        try (SinkFixture sink = SinkFixture.forAccounts("ada:secret")) {
            play("inline.mjs", sink.base(), port(sink), browser, "ada", "secret");
        }
    }

    @Test
    void updatesManyTabs() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.start()) {
            play("tabs.mjs", sink.base(), port(sink), browser);
        }
    }

    @Test
    void opensPartsThatAreMessages() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.start()) {
            play("embedded.mjs", sink.base(), port(sink), browser);
        }
        try (SinkFixture sink = SinkFixture.forAccounts("ada:secret")) {
            play("embedded.mjs", sink.base(), port(sink), browser, "ada", "secret");
        }
    }

    @Test
    void changesSeveralMessagesAtOnce() throws Exception {
        String browser = browser();
        try (SinkFixture real = SinkFixture.start();
                SinkFixture sink = SinkFixture.start(
                        OptionalFeatures.NONE.withRelease(ReleaseTest.release(real.smtpPort(), "blocked")))) {
            play("select.mjs", sink.base(), port(sink), real.base(), browser);
        }
    }

    @Test
    void showsMarkupCalendarsAndTheApi() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.start()) {
            play("views.mjs", sink.base(), port(sink), browser);
        }
    }

    @Test
    void checksMessages() throws Exception {
        String browser = browser();
        try (SinkFixture plain = SinkFixture.start();
                SinkFixture sink =
                        SinkFixture.start(OptionalFeatures.NONE.withChecks(new MessageChecks(new LinkCheck(), null)))) {
            play("checks.mjs", sink.base(), plain.base(), port(sink), port(plain), browser);
        }
    }

    @Test
    void recoversAfterARestart() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.start()) {
            play("restart.mjs", sink.base(), port(sink), browser);
        }
    }

    @Test
    void hasLargeTargetsOnAPhone() throws Exception {
        String browser = browser();
        try (SinkFixture sink = SinkFixture.recorded()) {
            play("touch.mjs", sink.base(), port(sink), browser);
        }
    }

    @Test
    void showsTheQueueOfARelay() throws Exception {
        String browser = browser();
        try (var downstream = Downstream.start(event ->
                        event.verb().equals("RCPT") && event.line().contains("busy") ? "450 4.2.1 try later" : null);
                var relay = RelayWebFixture.start(downstream)) {
            play(
                    "relay.mjs",
                    relay.url(),
                    Integer.toString(relay.relay.port()),
                    browser,
                    System.getProperty("page.shots", ""));
        }
    }

    private static void play(String script, String... arguments) throws Exception {
        Path packages = NodeScript.installed("npm-page", PACKAGES);
        var command = new ArrayList<>(
                List.of("node", Path.of("src/test/js", script).toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        NodeScript.Run run = NodeScript.run(packages, TIMEOUT, command.toArray(String[]::new));
        assertThat(run.output()).endsWith("all tests passed\n");
        assertThat(run.status()).isZero();
    }

    private static String port(SinkFixture sink) {
        return Integer.toString(sink.smtpPort());
    }

    private static String browser() {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "neither Chromium nor Chrome is on the PATH");
        return found.orElseThrow().toString();
    }
}
