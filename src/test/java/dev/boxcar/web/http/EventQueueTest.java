// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The subscriber of these tests reads one event and then stops reading. */
class EventQueueTest {
    private final List<String> written = new ArrayList<>();
    private int disconnections;

    private final EventQueue queue = new EventQueue(new EventQueue.Connection() {
        @Override
        public void write(String event) {
            written.add(event);
        }

        @Override
        public void disconnect() {
            disconnections++;
        }
    });

    @Test
    void writesOneEventAtATimeInOrder() {
        for (String event : List.of("1", "2", "3")) {
            assertAccepted(event);
        }
        assertThat(written).containsExactly("1");
        queue.written();
        queue.written();
        queue.written();
        assertThat(written).containsExactly("1", "2", "3");
    }

    @Test
    void disconnectsASubscriberWithTooManyQueuedEvents() {
        for (int i = 0; i < EventQueue.MAX_EVENTS + 1; i++) {
            assertAccepted("x");
        }
        assertDisconnectedBy("x");
    }

    @Test
    void disconnectsASubscriberWithTooManyQueuedCharacters() {
        String large = "x".repeat(EventQueue.MAX_CHARACTERS / 4);
        for (int i = 0; i < 1 + 4; i++) {
            assertAccepted(large);
        }
        for (int i = 0; i < 3; i++) {
            queue.written(); // an event that is being written no longer counts
            assertAccepted(large);
        }
        assertDisconnectedBy("x");
    }

    @Test
    void acceptsASingleEventLongerThanTheBound() {
        assertAccepted("first");
        assertAccepted("x".repeat(EventQueue.MAX_CHARACTERS + 1));
        assertDisconnectedBy("third");
    }

    private void assertAccepted(String event) {
        queue.offer(event);
        assertThat(queue.isClosed()).isFalse();
    }

    private void assertDisconnectedBy(String event) {
        queue.offer(event);
        assertThat(queue.isClosed()).isTrue();
        assertThat(disconnections).isEqualTo(1);
    }
}
