// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.artemis.ArtemisQueueProvider;
import dev.boxcar.relay.artemis.EmbeddedBroker;
import dev.boxcar.relay.delivery.DeliveryOptions;
import dev.boxcar.relay.observation.DeliveryMonitor;
import dev.boxcar.relay.observation.MessageStatus;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.MailRoute;
import dev.boxcar.relay.route.MailRouter;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.relay.schedule.ScheduleOptions;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueRole;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that deliver from one broker: what operators do meanwhile, and that no destination is in another's way. */
@Timeout(240)
class SharedRelayTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final RetrySchedule IN_AN_HOUR =
            RetrySchedule.DEFAULTS.withFirst(Duration.ofHours(1)).withWaits(Duration.ofHours(1), Duration.ofHours(1));

    @TempDir
    Path directory;

    private final AtomicBoolean isBusy = new AtomicBoolean(true);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private EmbeddedBroker broker;
    private Downstream good;
    /** Answers nothing to MAIL. */
    private Downstream hung;

    private SharedQueue front;

    @BeforeEach
    void start() throws Exception {
        broker = opened(new EmbeddedBroker(directory.resolve("store")));
        good = opened(Downstream.start(
                event -> isBusy.get() && event.line().contains("busy@") ? "450 4.2.1 mailbox is busy" : null));
        hung = opened(Downstream.start(event -> event.verb().equals("MAIL") ? Downstream.SILENCE : null));
        front = queue("front", SharedQueueRole.FRONT);
        await().atMost(LIMIT).until(() -> front.obstacle() == null);
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    private SharedQueueSettings settings(String name) {
        return SharedQueueSettings.at(broker.addresses(), directory.resolve(name))
                .withLogin(new SharedQueueSettings.Login("relay", "secret"));
    }

    private SharedQueue queue(String name, SharedQueueRole role) throws Exception {
        return opened(new ArtemisQueueProvider().open(settings(name).withRole(role)));
    }

    private Relay worker(String name) throws Exception {
        SharedQueue queue = queue(name, SharedQueueRole.WORKER);
        await().atMost(LIMIT).until(() -> queue.obstacle() == null);
        var parts = new Relay.Parts(
                queue,
                router(),
                new FixedNames(),
                (host, trust) -> {
                    throw new IllegalStateException("this test has no TLS");
                },
                ScheduleOptions.named("relay.example").withRetries(IN_AN_HOUR),
                DeliveryOptions.named("relay.example").withTimeouts(ClientTimeouts.all(Duration.ofMinutes(5))),
                new DeliveryMonitor(null),
                1);
        return opened(Relay.start(parts, Throwable::printStackTrace));
    }

    /** Each domain has a next hop of its own. */
    private MailRouter router() {
        return query -> {
            String domain = query.recipient().domain().toString();
            int port = domain.equals("hung.example") ? hung.port() : good.port();
            var hosts = List.of(new MailHost("127.0.0.1", port, 0, 1));
            boolean isSmarthost = true;
            return CompletableFuture.completedStage(new MailRoute.ToHosts(
                    new NextHop(domain, hosts, ClientProtocol.SMTP, TlsLevel.NONE, null, isSmarthost)));
        };
    }

    private Ulid put(String recipient) throws Exception {
        var outcome = new CompletableFuture<Object>();
        Ulid id = front.append(
                envelope(recipient),
                "Subject: hi\r\n\r\ntext\r\n".getBytes(US_ASCII),
                Runnable::run,
                outcome::complete);
        assertThat(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).hasToString("STORED");
        return id;
    }

    private void putMany(String recipient, int messages) throws Exception {
        var outcomes = new ArrayList<CompletableFuture<Object>>();
        for (int i = 0; i < messages; i++) {
            var outcome = new CompletableFuture<Object>();
            outcomes.add(outcome);
            front.append(envelope(recipient), "text\r\n".getBytes(US_ASCII), Runnable::run, outcome::complete);
        }
        for (CompletableFuture<Object> outcome : outcomes) {
            assertThat(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).hasToString("STORED");
        }
    }

    private static Envelope envelope(String recipient) {
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("1", "127.0.0.1:1", "client.example", "ESMTP"));
        byte[] from = "<ann@sender.example>".getBytes(US_ASCII);
        byte[] to = ("<" + recipient + ">").getBytes(US_ASCII);
        writer.reversePath(from, 0, from.length);
        writer.forwardPath(to, 0, to.length);
        return writer.finish(Instant.now(), Set.of());
    }

    private QueueAdministration operator() throws Exception {
        return opened(new ArtemisQueueProvider().administration(settings("operator")));
    }

    private Ulid deferred(QueueAdministration operator) throws Exception {
        Ulid id = put("busy@good.example");
        await().atMost(LIMIT).until(() -> {
            ListedMail mail = operator.find(id);
            return mail != null && mail.state().attempts() == 1 && !mail.isAttempted();
        });
        return id;
    }

    @Test
    void aDeferredMessageIsAttemptedNowWhenItIsRetried() throws Exception {
        worker("one");
        worker("two");
        QueueAdministration operator = operator();
        Ulid id = deferred(operator);
        isBusy.set(false);

        assertThat(operator.change(QueueChange.RETRY, List.of(id))).isEmpty();

        await().atMost(LIMIT).until(() -> good.messages().size() == 1);
        await().atMost(LIMIT).until(() -> operator.find(id) == null);
    }

    @Test
    void aMessageThatIsBouncedIsReturnedToItsSenderAndOneThatIsRemovedIsNot() throws Exception {
        worker("one");
        QueueAdministration operator = operator();
        Ulid bounced = deferred(operator);
        Ulid removed = deferred(operator);

        assertThat(operator.change(QueueChange.BOUNCE, List.of(bounced))).isEmpty();
        assertThat(operator.change(QueueChange.RM, List.of(removed))).isEmpty();

        await().atMost(LIMIT).until(() -> good.messages().size() == 1);
        assertThat(good.messages().get(0).recipients()).containsExactly("ann@sender.example");
        assertThat(good.messages().get(0).content()).contains("mailbox is busy").contains("returned by the operator");
        await().atMost(LIMIT).until(() -> operator.find(bounced) == null && operator.find(removed) == null);
    }

    @Test
    void aMessageThatAWorkerHasIsListedAndChangedByThatWorker() throws Exception {
        Relay worker = worker("one");
        Relay other = worker("two");
        QueueAdministration operator = operator();
        Ulid active = put("bob@hung.example");
        await().atMost(LIMIT).until(() -> hung.commands().stream().anyMatch(line -> line.startsWith("MAIL")));

        ListedMail listed = Objects.requireNonNull(operator.find(active));
        assertThat(listed.isAttempted()).isTrue();
        assertThat(listed.envelope().forwardPaths()).hasToString("[<bob@hung.example>]");
        MessageStatus status = worker.view().find(active).orElseThrow();
        assertThat(status.state()).isEqualTo(QueuedState.ACTIVE);
        String destination = "hung.example";
        assertThat(List.of(worker, other))
                .as("the one that has it knows where it goes")
                .anyMatch(relay -> idsFor(relay, destination).equals(List.of(active)));

        assertThat(operator.change(QueueChange.HOLD, List.of(active))).isEmpty();
        assertThat(operator.find(active)).as("it is held after the attempt").isNotNull();
    }

    private static List<Ulid> idsFor(Relay relay, String destination) {
        try {
            return relay.view().ids(entry -> entry.destination().equals(destination));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRelayShowsTheWholeQueueAndNotOnlyItsOwnMessages() throws Exception {
        Relay worker = worker("one");
        QueueAdministration operator = operator();
        Ulid deferred = deferred(operator);
        Ulid held = deferred(operator);
        Relay other = worker("two");

        assertThat(other.change(held, QueueChange.HOLD)).isTrue();

        assertThat(other.view().list(Ulid.NONE, 10, entry -> true))
                .extracting(MessageStatus::id)
                .containsExactly(deferred, held);
        assertThat(other.view().list(Ulid.NONE, 10, entry -> entry.state() == QueuedState.HELD))
                .extracting(MessageStatus::id)
                .containsExactly(held);
        assertThat(other.view().list(deferred, 10, entry -> true))
                .extracting(MessageStatus::id)
                .containsExactly(held);
        MessageStatus status = worker.view().find(deferred).orElseThrow();
        assertThat(status.recipients().get(0).reply()).contains("mailbox is busy");
        assertThat(status.history()).hasSize(1);
        await().atMost(LIMIT)
                .until(() -> other.view()
                        .snapshot()
                        .messages()
                        .equals(Map.of(
                                QueuedState.ACTIVE, 0,
                                QueuedState.DEFERRED, 1,
                                QueuedState.SCHEDULED, 0,
                                QueuedState.HELD, 1)));
        assertThat(other.view().change(new Ulid(1, 1), QueueChange.RM)).isFalse();
    }

    /** Without room for others, the hung one's messages would fill both workers. */
    @Test
    void oneHungDestinationKeepsNoMailOfOthersFromBeingDelivered() throws Exception {
        putMany("bob@hung.example", 3_000);
        worker("one");
        worker("two");
        await().atMost(LIMIT).until(() -> hung.commands().stream().anyMatch(line -> line.startsWith("MAIL")));

        long begin = System.nanoTime();
        for (String domain : List.of("a.example", "b.example", "c.example", "d.example")) {
            putMany("bob@" + domain, 100);
        }

        await().atMost(LIMIT).until(() -> good.messages().size() == 400);
        System.out.println("SharedRelayTest: 400 messages beside 3,000 to a hung destination took "
                + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
        assertThat(hung.messages()).isEmpty();
    }
}
