// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.record.Recorder;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SessionPrinterTest {
    private static final Pattern NOT_SHOWN = Pattern.compile("(?m)^([0-9,]+) sessions? not shown");

    private final StringWriter shown = new StringWriter();
    private final LabSetup lab =
            new LabSetup(new ScriptFaults(new ScriptStore(LineSettings.NONE, 1)), TerminalColor.OFF);

    private record Peer(String session) implements SessionPeer {
        @Override
        public String address() {
            return "192.0.2.1:4711";
        }
    }

    private void print(Recorder recorder, int sessions) {
        try (SessionPrinter printer = SessionPrinter.of(recorder, lab, new PrintWriter(shown))) {
            for (int i = 0; i < sessions; i++) {
                SessionListener session = Objects.requireNonNull(recorder.opened(new Peer("session-" + i), 0));
                session.queued(0, null, 0);
                session.ready(0, Reply.of(220, "", "lab.example"), 17, 0);
                session.wrote(17, 0);
                session.closed(0);
            }
            printer.start(); // only now, so that all of them wait
            await().atMost(Duration.ofSeconds(30)).until(() -> shownSessions() + notShown() >= sessions);
        }
    }

    private long shownSessions() {
        return shown.toString()
                .lines()
                .filter(line -> line.startsWith("session "))
                .count();
    }

    /** The sum of what the lines about sessions that are not shown say. */
    private long notShown() {
        return NOT_SHOWN
                .matcher(shown.toString())
                .results()
                .map(MatchResult::group)
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .sum();
    }

    @Test
    void printsEverySessionThatHasEndedOnceAndInOrder() {
        print(new Recorder(1024 * 1024), 250);

        assertThat(shown.toString().lines().filter(line -> line.startsWith("session ")))
                .hasSize(250)
                .first()
                .asString()
                .startsWith("session session-0 from 192.0.2.1:4711");
        assertThat(shown.toString()).contains("S: 220 lab.example").doesNotContain("not shown");
    }

    @Test
    void saysHowManySessionsAreNotShownWhenTheirRecordingsWereDropped() {
        print(new Recorder(100_000), 1_000);

        assertThat(shownSessions()).isBetween(1L, 999L);
        assertThat(shownSessions() + notShown()).isEqualTo(1_000);
    }

    @Test
    void saysHowManySessionsAreNotShownWhenMoreWaitThanItHolds() {
        int sessions = SessionPrinter.MAX_WAITING + 500;
        print(new Recorder(100_000), sessions);

        assertThat(notShown()).isGreaterThan(500);
        assertThat(shownSessions() + notShown()).isEqualTo(sessions);
    }
}
