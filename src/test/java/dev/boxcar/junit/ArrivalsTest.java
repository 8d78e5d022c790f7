// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has arrived, with several threads that wait. */
@Timeout(60)
class ArrivalsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Arrivals<String> arrivals = new Arrivals<>(3);

    @Test
    void keepsTheNewestBeyondTheMaximum() {
        IntStream.rangeClosed(1, 5).forEach(i -> arrivals.add(i, "item " + i));
        assertThat(arrivals.waiting()).containsExactly("item 3", "item 4", "item 5");
        arrivals.remove(4);
        arrivals.remove(1);
        assertThat(arrivals.waiting()).containsExactly("item 3", "item 5");
        assertThat(arrivals.size()).isEqualTo(2);
        arrivals.clear();
        assertThat(arrivals.waiting()).isEmpty();
    }

    @Test
    void takesTheOldestThatIsWanted() throws InterruptedException {
        arrivals.add(1, "one");
        arrivals.add(2, "two");
        assertThat(arrivals.take(Duration.ZERO, item -> item.equals("two"))).isEqualTo("two");
        assertThat(arrivals.take(Duration.ZERO, item -> item.equals("two"))).isNull();
        assertThat(arrivals.take(Duration.ZERO, item -> true)).isEqualTo("one");
    }

    @Test
    void examinesEachItemOnce() throws InterruptedException {
        var examined = new StringBuilder();
        arrivals.add(1, "a");
        CompletableFuture<Void> later = CompletableFuture.runAsync(() -> {
            arrivals.add(2, "b");
            arrivals.add(3, "c");
        });
        assertThat(arrivals.take(LONG, item -> {
                    examined.append(item);
                    return item.equals("c");
                }))
                .isEqualTo("c");
        later.join();
        assertThat(examined).hasToString("abc");
    }

    @Test
    void givesAnItemToOneOfTheThreadsThatWait() throws Exception {
        List<CompletableFuture<String>> takers = Stream.generate(() -> CompletableFuture.supplyAsync(this::takeAny))
                .limit(3)
                .toList();
        for (String item : List.of("a", "b", "c")) {
            arrivals.add(item, item);
        }
        assertThat(takers.stream().map(CompletableFuture::join).collect(toSet()))
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(CompletableFuture.supplyAsync(arrivals::size).get(20, TimeUnit.SECONDS))
                .isZero();
    }

    private String takeAny() {
        try {
            return String.valueOf(arrivals.take(LONG, item -> true));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
