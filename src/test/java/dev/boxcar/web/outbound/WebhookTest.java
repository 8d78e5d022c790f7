// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebhookTest {
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private HttpServer receiver;
    private Webhook webhook;

    @BeforeEach
    void receive() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (body.equals("held")) {
                held.countDown();
                awaitPermission();
            }
            boolean fails = failures.getAndDecrement() > 0;
            if (!fails) {
                bodies.add(exchange.getRequestMethod() + " " + body);
            }
            exchange.sendResponseHeaders(fails ? 503 : 204, -1);
            exchange.close();
        });
        receiver.start();
        webhook = new Webhook(
                URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook"), Duration.ofMillis(1));
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        webhook.close();
        receiver.stop(0);
    }

    @Test
    void postsEachOnceInOrder() {
        for (int i = 0; i < 20; i++) {
            String json = "{\"n\":" + i + "}";
            webhook.post(json);
        }
        await().until(() -> bodies.size() == 20);
        assertThat(bodies).startsWith("POST {\"n\":0}", "POST {\"n\":1}").endsWith("POST {\"n\":19}");
        await().until(() -> webhook.delivered() == 20);
        assertThat(webhook.dropped()).isZero();
    }

    @Test
    void retriesFailedPosts() {
        failures.set(5);
        webhook.post("1");
        webhook.post("2");
        await().until(() -> webhook.delivered() == 2);
        assertThat(List.copyOf(bodies)).containsExactly("POST 1", "POST 2");
    }

    @Test
    void countsDroppedPostsAndContinues() {
        failures.set(Webhook.MAX_ATTEMPTS);
        webhook.post("lost");
        webhook.post("kept");
        await().atMost(Duration.ofSeconds(30)).until(() -> webhook.delivered() == 1);
        assertThat(List.copyOf(bodies)).containsExactly("POST kept");
        assertThat(webhook.dropped()).isEqualTo(1);
    }

    @Test
    void dropsAndReportsPostsWhenTheQueueIsFull() {
        holdTheFirst();
        for (int i = 0; i < Webhook.MAX_QUEUED + 5; i++) {
            webhook.post("more");
        }
        assertThat(webhook.dropped()).isEqualTo(5);
    }

    @Test
    void limitsTheCharactersInTheQueue() {
        holdTheFirst();
        String large = "x".repeat(Webhook.MAX_QUEUED_CHARACTERS / 4);
        for (int i = 0; i < 6; i++) {
            webhook.post(large);
        }
        assertThat(webhook.dropped()).isEqualTo(2);
        assertThat(webhook.waiting()).isEqualTo(5);
    }

    @Test
    void closingWaitsForQueuedPostsAndCountsLaterOnes() {
        for (int i = 0; i < 50; i++) {
            webhook.post("{\"n\":" + i + "}");
        }
        webhook.close();
        assertThat(webhook.delivered()).isEqualTo(50);
        webhook.post("late");
        assertThat(webhook.dropped()).isEqualTo(1);
    }

    @Test
    void closingHasATimeout() {
        failures.set(Integer.MAX_VALUE);
        webhook.post("1");
        webhook.post("2");
        webhook.close();
        webhook.close();
        assertThat(webhook.delivered()).isZero();
        assertThat(webhook.dropped()).isEqualTo(2);
    }

    /** Starts a post that does not finish, so that later posts are queued. */
    private void holdTheFirst() {
        webhook.post("held");
        await().until(() -> held.getCount() == 0);
    }

    private void awaitPermission() {
        try {
            mayAnswer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
