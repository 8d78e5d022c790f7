// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.queue.RelayQueueContract;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.spool.Ulid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue in a pair of brokers that share their store, both in this process. */
class SharedStorePairTest extends RelayQueueContract {
    @TempDir
    Path directory;

    private @Nullable EmbeddedActiveMQ primary;
    private @Nullable EmbeddedActiveMQ backup;
    private @Nullable SharedQueue queue;

    @Override
    protected RelayQueue open(int maxMessages) throws Exception {
        int one = BrokerSetup.freePort();
        int other = BrokerSetup.freePort();
        primary = BrokerSetup.start(BrokerSetup.primary(directory.resolve("store"), one, other));
        backup = BrokerSetup.start(BrokerSetup.backup(directory.resolve("store"), other, one));
        SharedQueueSettings settings = SharedQueueSettings.at(
                        List.of("tcp://127.0.0.1:" + one, "tcp://127.0.0.1:" + other), directory.resolve("queue"))
                .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD))
                .withMaxMessages(maxMessages)
                .withTimeout(Duration.ofSeconds(30));
        SharedQueue opened = new ArtemisQueueProvider().open(settings);
        queue = opened;
        return opened;
    }

    @Override
    protected void closeAll() throws Exception {
        if (queue != null) {
            queue.close();
        }
        if (backup != null) {
            backup.stop();
        }
        if (primary != null) {
            primary.stop();
        }
    }

    @Test
    void messagesSurviveTheEndOfTheLiveBroker() throws Exception {
        RelayQueue opened = open(1000);
        var before = new Shown();
        opened.open(Runnable::run, before);
        append(opened, "first");
        append(opened, "second");
        await().atMost(Duration.ofSeconds(20)).until(() -> before.messages.size() == 2);
        List<Ulid> ids = before.messages.stream().map(Message::id).toList();
        settle(opened, ids.get(0));

        Objects.requireNonNull(primary).stop();
        append(opened, "third"); // waits for the other broker

        await().atMost(Duration.ofSeconds(30)).until(() -> before.messages.size() >= 3);
        assertThat(before.messages)
                .as("the second is not shown to its worker twice")
                .hasSize(3);
        await().atMost(Duration.ofSeconds(30)).until(() -> opened.read(ids.get(1)) != null);
        settle(opened, ids.get(1));
    }
}
