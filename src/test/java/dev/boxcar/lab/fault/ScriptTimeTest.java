// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.line;
import static dev.boxcar.lab.script.Match.noop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Replies are never early and not much too late, and no session waits for another (promise P8). The upper bounds leave
 * room for a slow machine.
 */
@Isolated("it measures times")
class ScriptTimeTest {
    private static final Duration RTT = Duration.ofMillis(70);

    private LabServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LabServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Script every() {
        return Script.everySession();
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    // ---- the banner

    @Test
    void theBannerLeavesNeverAtOnceSoThatAClientThatDoesNotWaitForItIsSeen() throws IOException {
        server.greeted().close();
        server.run(every().on(noop()).delay(Duration.ofSeconds(1)));
        server.greeted().close();
        assertThat(server.ended(0).replies().get(0).leftMicros()).isGreaterThanOrEqualTo(1_000);
        assertThat(server.ended(1).replies().get(0).leftMicros()).isGreaterThanOrEqualTo(1_000);
    }

    // ---- replies that never leave

    @Test
    void aSessionEndsWithItsClientThoughAReplyNeverLeaves() throws IOException {
        server.run(every().on(noop()).neverReply());
        try (RawClient client = server.greeted()) {
            client.send("NOOP");
        }
        assertThat(server.ended(0).replies()).hasSize(3);
    }

    // ---- delays

    @Test
    void theBannerIsDelayed() throws IOException {
        server.run(every().on(connect()).delay(Duration.ofMillis(300)));
        long start = System.nanoTime();
        try (RawClient client = server.connect()) {
            client.replies(1);
            assertThat(millisSince(start)).isBetween(299L, 800L);
        }
    }

    @Test
    void aDelayedSessionDelaysNoOther() throws IOException {
        server.run(Script.session().on(noop()).delay(Duration.ofSeconds(2)));
        try (RawClient delayed = server.greeted();
                RawClient other = server.greeted()) {
            delayed.send("NOOP");
            for (int i = 0; i < 5; i++) {
                assertThat(other.millisOf("NOOP")).isLessThan(1_000);
            }
            assertThat(delayed.available()).isZero();
        }
    }

    @Test
    void aHundredSessionsAreDelayedAtOnce() throws IOException {
        server.run(every().on(noop()).delay(Duration.ofMillis(500)));
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                clients.add(server.greeted());
            }
            long start = System.nanoTime();
            for (RawClient client : clients) {
                client.send("NOOP");
            }
            for (RawClient client : clients) {
                client.replies(1);
            }
            assertThat(millisSince(start)).isBetween(500L, 5_000L);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aReplyIsHeldUntilTheScriptIsReleased() throws IOException {
        ActiveScript script = server.run(every().on(noop()).holdUntilReleased());
        try (RawClient client = server.greeted();
                RawClient other = server.greeted()) {
            client.send("NOOP", "RSET");
            other.send("NOOP");
            Awaitility.await().until(() -> script.matched(0) == 2);
            assertThat(client.available()).isZero();
            script.release();
            assertThat(client.replies(2)).hasSize(2);
            assertThat(other.replies(1)).hasSize(1);
        }
    }

    @Test
    void aServerCanFallSilent() throws IOException {
        server.run(Script.session().on(line().nth(2)).neverReply());
        try (RawClient silent = server.greeted();
                RawClient other = server.greeted()) {
            silent.send("NOOP", "RSET");
            assertThat(other.ask("NOOP")).startsWith("250 ");
            assertThat(silent.available()).isZero();
        }
    }

    @Test
    void nothingIsReadForATime() throws IOException {
        server.run(every().on(noop()).stopReading(Duration.ofMillis(300)));
        try (RawClient client = server.greeted()) {
            long start = System.nanoTime();
            client.send("NOOP", "RSET");
            client.replies(1);
            long first = millisSince(start);
            client.replies(1);
            assertThat(millisSince(start)).isBetween(299L, 2_000L);
            assertThat(first).isLessThan(299L);
        }
    }

    // ---- the line

    @Test
    void eachCommandInLockStepCostsOneRoundTrip() throws IOException {
        server.run(every().rtt(RTT));
        try (RawClient client = server.greeted()) {
            List<Long> waits = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                waits.add(client.millisOf("NOOP"));
            }
            Collections.sort(waits);
            assertThat(waits.get(0)).isGreaterThanOrEqualTo(RTT.toMillis());
            assertThat(waits.get(4)).as("the median").isLessThan(RTT.toMillis() + 20);
        }
    }

    @Test
    void aGroupCostsOneRoundTrip() throws IOException {
        server.run(every().rtt(RTT));
        try (RawClient client = server.greeted()) {
            var group = new ArrayList<String>();
            group.add("MAIL FROM:<a@client.example>");
            for (int i = 0; i < 100; i++) {
                group.add("RCPT TO:<u" + i + "@example.com>");
            }
            group.add("DATA");
            long start = System.nanoTime();
            client.send(group.toArray(String[]::new));
            client.replies(102);
            assertThat(millisSince(start)).isBetween(RTT.toMillis(), RTT.toMillis() + 200);
        }
    }

    @Test
    void roundTripsOverlap() throws IOException {
        Duration ocean = Duration.ofMillis(400);
        server.run(every().rtt(ocean));
        try (RawClient client = server.greeted()) {
            long first = System.nanoTime();
            client.send("NOOP");
            long second = System.nanoTime();
            while (millisSince(second) < 100) {
                Thread.onSpinWait();
            }
            long third = System.nanoTime();
            client.send("RSET");
            client.replies(1);
            assertThat(millisSince(first)).isBetween(400L, 490L);
            client.replies(1);
            assertThat(millisSince(third)).isBetween(400L, 490L);
        }
    }

    @Test
    void theLineOfTheStoreIsThatOfSessionsWithoutScripts() throws Exception {
        try (var slow = new LabServer(LineSettings.NONE.withRtt(RTT), 2);
                RawClient client = slow.greeted()) {
            assertThat(client.millisOf("NOOP")).isBetween(RTT.toMillis(), RTT.toMillis() + 300);
        }
    }

    @Test
    void aSlowLineLetsBytesPassAtItsRate() throws IOException {
        server.run(every().rate(9_600)); // 1,200 bytes per second
        try (RawClient client = server.greeted()) {
            long start = System.nanoTime();
            String reply = client.ask("EHLO client.example");
            long expected = ("EHLO client.example\r\n".length() + reply.length()) * 1_000L / 1_200;
            assertThat(millisSince(start)).isBetween(expected, expected + 500);
        }
    }

    @Test
    void theSameSeedGivesTheSameJitter() throws IOException {
        Script jittery = every().rtt(Duration.ofMillis(40)).jitter(Duration.ofMillis(200));
        List<Long> first = waits(jittery.seed(7));
        List<Long> same = waits(jittery.seed(7));
        List<Long> other = waits(jittery.seed(8));
        for (int i = 0; i < first.size(); i++) {
            assertThat(same.get(i)).isCloseTo(first.get(i), Offset.offset(30L));
        }
        assertThat(distance(first, other)).isGreaterThan(distance(first, same) + 50);
        assertThat(first).allMatch(wait -> wait >= 40);
    }

    private List<Long> waits(Script script) throws IOException {
        server.store.deleteAll();
        server.run(script);
        List<Long> waits = new ArrayList<>();
        try (RawClient client = server.greeted()) {
            for (int i = 0; i < 6; i++) {
                waits.add(client.millisOf("NOOP"));
            }
        }
        return waits;
    }

    private static long distance(List<Long> one, List<Long> other) {
        long sum = 0;
        for (int i = 0; i < one.size(); i++) {
            sum += Math.abs(one.get(i) - other.get(i));
        }
        return sum;
    }

    // ---- hold

    @Test
    void repliesWaitUntilTheClientIsSilentAndThenLeaveTogether() throws IOException {
        server.run(every().hold(Duration.ofMillis(150)));
        try (RawClient client = server.greeted()) {
            client.takeReads();
            long start = System.nanoTime();
            client.send("MAIL FROM:<a@client.example>", "RCPT TO:<b@example.com>");
            while (millisSince(start) < 50) {
                Thread.onSpinWait();
            }
            client.send("RCPT TO:<c@example.com>", "DATA");
            client.replies(4);
            assertThat(millisSince(start)).isGreaterThanOrEqualTo(199L);
            assertThat(client.takeReads()).hasSize(1);
        }
        assertThat(server.ended(0).trains())
                .filteredOn(train -> train.replies() == 4)
                .hasSize(1);
    }
}
