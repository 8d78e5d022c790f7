// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.RelayFixture;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.spool.disk.FaultyDisk;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When {@code /readyz} and {@code /livez} of the relay fail, and when they must not. */
class RelayHealthTest {
    private static final String BODY = "Subject: test\r\n\r\nhello\r\n";
    private static final Downstream.Script BUSY = event -> event.verb().equals("RCPT") ? "450 4.2.1 try later" : null;

    @TempDir
    Path directory;

    @Test
    void aFullQueueIsNotReadyUntilThereIsRoom() throws Exception {
        try (var downstream = Downstream.start(BUSY);
                var web = start(RelayFixture.to(downstream).withMaxMessages(1))) {
            awaitReady(web);
            assertThat(web.metric("boxcar_ready")).isEqualTo(1);
            web.relay.send(BODY, "ann@b.example");

            awaitNotReady(web, "the queue has as many messages as --queue-max allows");
            assertThat(web.metric("boxcar_ready")).isZero();
            assertThat(web.get("/livez").statusCode()).isEqualTo(200);

            String id = web.relay.ids().get(0).toString();
            web.request("DELETE", "/api/boxcar/v1/queue/" + id, "");
            awaitReady(web);
        }
    }

    /** The scheduler asks the clock for each message of an earlier run, so a clock that waits holds the loading up. */
    @Test
    void aQueueThatIsBeingLoadedIsNotReady() throws Exception {
        var goOn = new CountDownLatch(1);
        try (var downstream = Downstream.start(BUSY)) {
            try (var web = start(RelayFixture.to(downstream).withSpool(directory))) {
                web.relay.send(BODY, "ann@b.example");
                await().atMost(RelayFixture.LIMIT)
                        .until(() -> web.metric("boxcar_deliveries_total{result=\"deferred\"}") == 1);
            }
            try (var web =
                    start(RelayFixture.to(downstream).withSpool(directory).withClock(() -> {
                        if (Thread.currentThread().getName().contains("relay")) {
                            awaitQuietly(goOn);
                        }
                        return System.currentTimeMillis();
                    }))) {
                awaitNotReady(web, "the queue is being loaded");
                goOn.countDown();
                awaitReady(web);
            } finally {
                goOn.countDown();
            }
        }
    }

    @Test
    void aDiskThatOthersFillIsNotReadyUntilThereIsRoom() throws Exception {
        var disk = new FaultyDisk();
        try (var downstream = Downstream.start(BUSY);
                var web = start(RelayFixture.to(downstream).withSpool(directory).withDisk(disk))) {
            awaitReady(web);
            disk.freeBytes = 0;
            awaitNotReady(web, "the disk is full");
            assertThat(web.get("/livez").statusCode()).isEqualTo(200);
            disk.freeBytes = Long.MAX_VALUE;
            awaitReady(web);
        }
    }

    @Test
    void aServerThatIsDownLeavesTheRelayReady() throws Exception {
        Downstream closed = Downstream.start();
        closed.close();
        try (var web = RelayWebFixture.start(closed)) {
            web.relay.send(BODY, "ann@b.example");
            await().atMost(RelayFixture.LIMIT)
                    .until(() -> web.metric("boxcar_deliveries_total{result=\"deferred\"}") == 1);
            assertThat(web.get("/readyz").statusCode()).isEqualTo(200);
        }
    }

    /** The scheduler asks the clock, so a clock that waits stops the scheduler. */
    @Test
    void aSchedulerThatHangsIsNotAlive() throws Exception {
        var hangs = new CountDownLatch(1);
        var isHeld = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var downstream = Downstream.start(BUSY);
                var web = start(RelayFixture.to(downstream).withClock(() -> {
                    if (hangs.getCount() == 0
                            && Thread.currentThread().getName().contains("relay")) {
                        isHeld.countDown();
                        awaitQuietly(goOn);
                    }
                    return System.currentTimeMillis();
                }))) {
            awaitReady(web);
            hangs.countDown();
            web.relay.send(BODY, "ann@b.example");
            isHeld.await();
            HttpResponse<String> response = web.get("/livez");
            goOn.countDown();
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("the scheduler does not respond\n");
            await().atMost(RelayFixture.LIMIT).until(() -> web.get("/livez").statusCode() == 200);
        } finally {
            goOn.countDown();
        }
    }

    /** The relay waits for an hour before it tries a message again. */
    private static RelayWebFixture start(RelayFixture fixture) throws IOException {
        Duration hour = Duration.ofHours(1);
        return RelayWebFixture.of(
                fixture.withRetries(RetrySchedule.DEFAULTS.withFirst(hour).withWaits(hour, hour))
                        .start());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitReady(RelayWebFixture web) {
        await().atMost(RelayFixture.LIMIT).until(() -> web.get("/readyz").statusCode() == 200);
    }

    private static void awaitNotReady(RelayWebFixture web, String reason) {
        await().atMost(RelayFixture.LIMIT).until(() -> web.get("/readyz").statusCode() == 503);
        await().atMost(RelayFixture.LIMIT)
                .untilAsserted(() -> assertThat(web.get("/readyz").body()).contains(reason));
    }
}
