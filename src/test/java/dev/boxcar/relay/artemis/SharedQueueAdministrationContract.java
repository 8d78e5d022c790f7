// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueAdministrationContract;
import dev.boxcar.relay.queue.RelayQueueContract;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueRole;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The contract for queues in a broker. Messages are put by a front end, and deferred by a worker that ends. */
abstract class SharedQueueAdministrationContract extends QueueAdministrationContract {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private @Nullable SharedQueueSettings settings;
    private @Nullable SharedQueue front;

    /** Starts a broker, or a pair, that keeps its files here, and returns the addresses. */
    abstract List<String> startBroker(Path store) throws Exception;

    abstract void stopBroker() throws Exception;

    private SharedQueueSettings settings() throws Exception {
        SharedQueueSettings known = settings;
        if (known == null) {
            known = SharedQueueSettings.at(startBroker(directory.resolve("broker")), directory.resolve("queue"))
                    .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD));
            settings = known;
        }
        return known;
    }

    private SharedQueue front() throws Exception {
        SharedQueue known = front;
        if (known == null) {
            known = new ArtemisQueueProvider().open(settings().withRole(SharedQueueRole.FRONT));
            front = known;
            opened.add(known);
        }
        return known;
    }

    private SharedQueue worker() throws Exception {
        SharedQueueSettings worker = settings().withRole(SharedQueueRole.WORKER);
        return new ArtemisQueueProvider()
                .open(SharedQueueSettings.at(worker.addresses(), directory.resolve("worker" + System.nanoTime()))
                        .withLogin(worker.login())
                        .withRole(worker.role()));
    }

    @Override
    protected Ulid put(Envelope envelope, byte[] content, @Nullable DeliveryState state) throws Exception {
        var outcome = new CompletableFuture<CommitOutcome>();
        Ulid id = front().append(envelope, content, Runnable::run, outcome::complete);
        if (outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS) != CommitOutcome.STORED) {
            throw unexpected(outcome.get());
        }
        if (state != null) {
            defer(id, state);
        }
        return id;
    }

    private void defer(Ulid id, DeliveryState state) throws Exception {
        try (SharedQueue worker = worker()) {
            worker.open(Runnable::run, new RelayQueueContract.Shown());
            await().atMost(LIMIT).until(() -> worker.read(id) != null);
            RelayQueueContract.record(worker, id, state);
        }
    }

    @Override
    protected QueueAdministration administer() throws Exception {
        return new ArtemisQueueProvider().administration(settings());
    }

    @Override
    protected List<RelayQueueContract.Message> due() throws Exception {
        var shown = new RelayQueueContract.Shown();
        SharedQueue worker = worker();
        try (worker) {
            worker.open(Runnable::run, shown);
            await().atMost(LIMIT).until(() -> worker.obstacle() == null);
            awaitQuiet(shown.messages);
        }
        assertThat(shown.messages).doesNotHaveDuplicates();
        return shown.messages;
    }

    @Override
    protected void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        stopBroker();
    }
}
