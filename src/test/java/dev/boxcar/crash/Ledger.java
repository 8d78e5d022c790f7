// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.SpoolReader;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What clients sent and what they were told, to be compared with what is there. Any thread. */
final class Ledger {
    private final Map<Long, Ulid> acknowledged = new HashMap<>();
    private final Set<Ulid> compared = new HashSet<>();
    private long lastNumber;

    /** A number that no message had. */
    synchronized long next() {
        return ++lastNumber;
    }

    /** The message of that number got its 250. */
    synchronized void acknowledged(long number, Ulid id) {
        assertThat(acknowledged.put(number, id))
                .as("an answer to message %s before", number)
                .isNull();
        notifyAll();
    }

    synchronized int acknowledged() {
        return acknowledged.size();
    }

    /** Waits until so many have their 250, or the time is over. */
    synchronized void await(int messages, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (acknowledged.size() < messages && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
    }

    /**
     * Compares. Every acknowledged message is there once, under the id that its 250 named; none is there twice; each that is there is whole. Messages
     * found whole earlier are read again only if {@code all} are to be. The result is how many there are that nobody was told of.
     */
    synchronized int check(Path spool, boolean all) throws IOException {
        var reader = SpoolReader.open(spool);
        var numbers = new HashMap<Long, Ulid>();
        var there = new HashSet<Ulid>();
        for (Ulid id : reader.ids()) {
            assertThat(there.add(id)).as("listed twice: %s", id).isTrue();
            if (!all && compared.contains(id)) {
                continue;
            }
            byte[] octets = octets(Objects.requireNonNull(reader.find(id)));
            long number = Numbered.numberOf(octets);
            assertThat(number).as("number of %s", id).isBetween(1L, lastNumber);
            assertThat(octets.length).as("length of message %s", number).isEqualTo(Numbered.octets(number).length);
            assertThat(java.util.Arrays.equals(octets, Numbered.octets(number)))
                    .as("octets of message %s", number)
                    .isTrue();
            assertThat(numbers.put(number, id))
                    .as("message %s is there twice", number)
                    .isNull();
            Ulid promised = acknowledged.get(number);
            assertThat(promised == null || promised.equals(id))
                    .as("message %s: 250 named %s, found as %s", number, promised, id)
                    .isTrue();
            compared.add(id);
        }
        for (var promise : acknowledged.entrySet()) {
            assertThat(there.contains(promise.getValue()))
                    .as("message %s, acknowledged as %s, is there", promise.getKey(), promise.getValue())
                    .isTrue();
        }
        assertThat(there).as("what was found before is still there").containsAll(compared);
        return there.size() - acknowledged.size();
    }

    private static byte[] octets(SpoolRecord message) throws IOException {
        try (InputStream body = message.body()) {
            return body.readAllBytes();
        }
    }
}
