// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A subscriber that takes one event, and no more for a time. */
class OutletTest {
    private final List<String> begun = new ArrayList<>();
    private int disconnected;

    private final Outlet outlet = new Outlet() {
        @Override
        void write(String event) {
            begun.add(event);
        }

        @Override
        void disconnect() {
            disconnected++;
        }
    };

    @Test
    void eventsGoOneAtATimeInOrder() {
        for (String event : List.of("1", "2", "3")) {
            assertThat(outlet.offer(event)).isTrue();
        }
        assertThat(begun).containsExactly("1");
        outlet.written();
        outlet.written();
        outlet.written();
        assertThat(begun).containsExactly("1", "2", "3");
    }

    @Test
    void oneThatLetsTooManyWaitIsGivenUp() {
        for (int i = 0; i < Outlet.MOST_WAITING + 1; i++) {
            assertThat(outlet.offer("x")).isTrue();
        }
        assertThat(outlet.offer("x")).isFalse();
        assertThat(disconnected).isEqualTo(1);
    }

    @Test
    void oneThatLetsTooLongOnesWaitIsGivenUp() {
        String large = "x".repeat(Outlet.MOST_WAITING_CHARACTERS / 4);
        for (int i = 0; i < 1 + 4; i++) {
            assertThat(outlet.offer(large)).isTrue();
        }
        for (int i = 0; i < 3; i++) {
            outlet.written(); // what is on its way no longer counts
            assertThat(outlet.offer(large)).isTrue();
        }
        assertThat(outlet.offer("x")).isFalse();
        assertThat(disconnected).isEqualTo(1);
    }

    @Test
    void oneEventMayBeLongerThanTheBound() {
        String large = "x".repeat(Outlet.MOST_WAITING_CHARACTERS + 1);
        assertThat(outlet.offer("first")).isTrue();
        assertThat(outlet.offer(large)).isTrue();
        assertThat(outlet.offer("third")).isFalse();
    }
}
