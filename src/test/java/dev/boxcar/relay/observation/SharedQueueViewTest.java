// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueueTotals;
import dev.boxcar.relay.schedule.status.DestinationStatus;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is seen of a shared queue whose broker responds late. */
@Timeout(60)
class SharedQueueViewTest {
    private static final QueueSnapshot OWN = new QueueSnapshot(
            Map.of(QueuedState.ACTIVE, 2),
            1_000,
            List.of(new DestinationStatus("mx.example", 2, 1, 1, null, "250 2.0.0 ok")));

    private final CountDownLatch responds = new CountDownLatch(1);

    /** A queue that is counted only once its broker responds. */
    private final class LateQueue implements QueueAdministration {
        @Override
        public void forEach(Consumer<ListedMail> each) {
            throw new IllegalStateException("not in this test");
        }

        @Override
        public @Nullable ListedMail find(Ulid id) {
            return null;
        }

        @Override
        public List<Ulid> change(QueueChange change, Collection<Ulid> ids) {
            return List.copyOf(ids);
        }

        @Override
        public QueueTotals totals() throws IOException {
            try {
                responds.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return new QueueTotals(3, 4, 0, 5, 500, Map.of("mx.example", 6, "other.example", 3));
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @Test
    void aBrokerThatDoesNotRespondDelaysTheViewForAMomentOnly() {
        var view = new SharedQueueView(new LateQueue());

        for (int i = 0; i < 3; i++) {
            long begin = System.nanoTime();
            assertThat(view.snapshot(OWN)).isEqualTo(OWN);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }

        responds.countDown();
        await().atMost(Duration.ofSeconds(20)).until(() -> view.snapshot(OWN).total() == 12);
        QueueSnapshot whole = view.snapshot(OWN);
        assertThat(whole.oldestMillis()).isEqualTo(500);
        assertThat(whole.destinations())
                .containsExactly(
                        new DestinationStatus("mx.example", 8, 1, 1, null, "250 2.0.0 ok"),
                        new DestinationStatus("other.example", 3, 0, 0, null, ""),
                        new DestinationStatus("", 1, 0, 0, null, ""));
    }
}
