// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.queue.RelayQueueContract;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.relay.shared.FallbackQueue;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large mail, and mail that comes while the broker is away. */
class SharedMailTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private SharedQueue queue;

    @BeforeEach
    void open() throws Exception {
        broker = new EmbeddedBroker(directory.resolve("broker"));
        queue = new ArtemisQueueProvider()
                .open(SharedQueueSettings.at(broker.addresses(), directory.resolve("queue"))
                        .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD))
                        .withTimeout(TIMEOUT));
        await().atMost(LIMIT).until(() -> queue.obstacle() == null);
    }

    @AfterEach
    void close() throws Exception {
        queue.close();
        broker.close();
    }

    private static CompletableFuture<CommitOutcome> accept(MessageSink sink, byte[] content) throws Exception {
        MessageSink.Incoming incoming = sink.begin(Runnable::run);
        int piece = 64 * 1024;
        for (int from = 0; from < content.length; from += piece) {
            await().atMost(LIMIT).until(incoming::mayTake);
            incoming.write(content, from, Math.min(content.length, from + piece));
        }
        var outcome = new CompletableFuture<CommitOutcome>();
        incoming.commit(RelayQueueContract.envelope(), outcome::complete);
        return outcome;
    }

    private static Ulid append(RelayQueue queue) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        Ulid id = queue.append(RelayQueueContract.envelope(), new byte[10], Runnable::run, outcome::complete);
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
        return id;
    }

    private long bodyFiles() throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("queue"))) {
            return files.filter(file -> file.toString().endsWith(".body")).count();
        }
    }

    @Test
    void aLargeMailComesBackAsItWasAndLeavesNoFile() throws Exception {
        var content = new byte[5_000_000];
        new Random(1).nextBytes(content);
        var shown = new RelayQueueContract.Shown();
        queue.open(Runnable::run, shown);

        assertThat(accept(queue.sink(), content).get(30, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.STORED);
        await().atMost(LIMIT).until(() -> !shown.messages.isEmpty());
        QueuedMail mail = Objects.requireNonNull(shown.messages.get(0).accepted());
        assertThat(mail.bytes()).isEqualTo(content.length);
        try (InputStream in = mail.open()) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        RelayQueueContract.settle(queue, shown.messages.get(0).id());

        await().atMost(LIMIT).until(() -> bodyFiles() == 0);
        await().atMost(LIMIT).until(() -> broker.count(BrokerQueues.MAIL) == 0);
    }

    @Test
    void whileTheBrokerIsAwayMailIsRefusedInTime() throws Exception {
        broker.stop();
        long begin = System.nanoTime();
        assertThat(accept(queue.sink(), new byte[10]).get(30, TimeUnit.SECONDS)).isEqualTo(CommitOutcome.FAULT);
        assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(5).toNanos());
        await().atMost(LIMIT).until(() -> queue.admits(10) == Admission.FAULT);

        broker.startAgain();
        await().atMost(LIMIT).until(() -> queue.admits(10) == Admission.ADMITTED);
        assertThat(broker.count(BrokerQueues.MAIL))
                .as("what was refused is not sent later")
                .isZero();
    }

    @Test
    void withAFallbackMailIsAcceptedIntoTheSpoolAndMovedLater() throws Exception {
        try (var spool = new MemorySpool(MemorySpool.capacityThatFits())) {
            var local = new SpoolRelayQueue(spool, 1000);
            var both = FallbackQueue.start(queue, local);
            broker.stop();
            await().atMost(LIMIT).until(() -> queue.obstacle() != null);

            assertThat(accept(both.sink(), new byte[10]).get(30, TimeUnit.SECONDS))
                    .isEqualTo(CommitOutcome.STORED);
            assertThat(accept(both.sink(), new byte[300_000]).get(30, TimeUnit.SECONDS))
                    .isEqualTo(CommitOutcome.STORED);
            assertThat(local.size()).isEqualTo(2);

            broker.startAgain();
            await().atMost(LIMIT).until(() -> local.size() == 0);
            assertThat(broker.count(BrokerQueues.MAIL)).isEqualTo(2);
        }
    }

    @Test
    void whatASpoolKnowsOfAMailIsMovedWithIt() throws Exception {
        try (var spool = new MemorySpool(MemorySpool.capacityThatFits())) {
            var local = new SpoolRelayQueue(spool, 1000);
            DeliveryState tried = DeliveryState.untried(1, Instant.EPOCH).afterAttempt(Instant.EPOCH, "one");
            RelayQueueContract.record(local, append(local), tried);
            DeliveryState later = tried.withNext(Instant.now().plusSeconds(3600));
            RelayQueueContract.record(local, append(local), later);
            RelayQueueContract.record(local, append(local), tried.held());

            var both = FallbackQueue.start(queue, local);
            await().atMost(LIMIT).until(() -> local.size() == 0);
            var shown = new RelayQueueContract.Shown();
            both.open(Runnable::run, shown);

            await().atMost(LIMIT).until(() -> !shown.messages.isEmpty());
            DeliveryState state = shown.messages.get(0).state();
            assertThat(state).isNotNull().extracting(DeliveryState::attempts).isEqualTo(1);
            assertThat(broker.count(BrokerQueues.HELD)).isEqualTo(1);
            assertThat(broker.count(BrokerQueues.DEFERRED)).isEqualTo(1);
            assertThat(shown.messages).as("one is due").hasSize(1);
        }
    }

    @Test
    void aMailOfASpoolThatCannotBeMovedIsTriedAgainAfterAPause() throws Exception {
        try (var spool = new MemorySpool(MemorySpool.capacityThatFits());
                var log = new LogOf(BrokerSender.class)) {
            var local = new SpoolRelayQueue(spool, 1000);
            QueuedMail mail = Objects.requireNonNull(local.read(append(local)));
            QueuedMail damaged = with(QueuedMail.class, mail, "open", () -> {
                throw new IOException("damaged");
            });

            FallbackQueue.start(queue, with(RelayQueue.class, local, "read", () -> damaged));
            await().atMost(LIMIT).until(() -> !log.lines().isEmpty());
            await().during(Duration.ofSeconds(1))
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(log.lines()).hasSizeLessThan(3));
            assertThat(local.size()).isEqualTo(1);
        }
    }

    /** The same with another answer of one method. */
    private static <T> T with(Class<T> type, T same, String method, Callable<?> answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) ->
                        called.getName().equals(method) ? answer.call() : called.invoke(same, arguments)));
    }

    @Test
    void aHeldMailIsInAQueueOfItsOwnAndNotShown() throws Exception {
        var shown = new RelayQueueContract.Shown();
        queue.open(Runnable::run, shown);
        RelayQueueContract.append(queue, "text");
        await().atMost(LIMIT).until(() -> !shown.messages.isEmpty());
        var id = shown.messages.get(0).id();

        RelayQueueContract.record(
                queue, id, DeliveryState.untried(1, Instant.EPOCH).held());

        assertThat(broker.count(BrokerQueues.HELD)).isEqualTo(1);
        assertThat(broker.count(BrokerQueues.MAIL)).isZero();
        assertThat(shown.messages).hasSize(1);
    }
}
