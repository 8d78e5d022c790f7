// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.RelayQueueContract;
import dev.boxcar.spool.Ulid;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What operators do with a queue in a broker of this process. */
class BrokerAdministrationTest extends SharedQueueAdministrationContract {
    private @Nullable EmbeddedBroker broker;

    @Override
    List<String> startBroker(Path store) throws Exception {
        EmbeddedBroker started = new EmbeddedBroker(store);
        broker = started;
        return started.addresses();
    }

    @Override
    void stopBroker() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void whatIsHeldReturnedAndDeferredIsTheSameAfterARestartOfTheBroker() throws Exception {
        Ulid held = put("bob@there.example");
        Ulid heldAndDeferred = putDeferred("carl@there.example");
        Ulid bounced = putDeferred("dora@there.example");
        Ulid deferred = putDeferred("ed@there.example");
        try (QueueAdministration before = administer()) {
            assertThat(before.change(QueueChange.HOLD, List.of(held, heldAndDeferred)))
                    .isEmpty();
            assertThat(before.change(QueueChange.BOUNCE, List.of(bounced))).isEmpty();
        }

        EmbeddedBroker restarted = Objects.requireNonNull(broker);
        restarted.stop();
        restarted.startAgain();

        assertThat(all())
                .filteredOn(mail -> mail.state().isHeld())
                .extracting(ListedMail::id)
                .containsExactlyInAnyOrder(held, heldAndDeferred);
        assertThat(all())
                .filteredOn(mail -> mail.state().isReturned())
                .extracting(ListedMail::id)
                .containsExactly(bounced);
        assertThat(all()).hasSize(4).extracting(ListedMail::id).contains(deferred);
        change(QueueChange.RELEASE, heldAndDeferred);
        assertThat(due())
                .extracting(RelayQueueContract.Message::id)
                .containsExactlyInAnyOrder(heldAndDeferred, bounced);
    }
}
