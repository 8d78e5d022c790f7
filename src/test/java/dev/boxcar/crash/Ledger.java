// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records what clients sent and deleted and the replies they got, and compares that with the spool. Any thread. */
final class Ledger {
    private static final int ONE_OF_DELETED = 3;

    private final Map<Long, Ulid> acknowledged = new HashMap<>();
    private final Set<Ulid> compared = new HashSet<>();
    private final ArrayDeque<Ulid> deletable = new ArrayDeque<>();
    private final Set<Ulid> askedToDelete = new HashSet<>();
    private final Set<Ulid> deleted = new HashSet<>();
    private boolean deletes;
    private long lastNumber;

    /** The number for the next message. */
    synchronized long next() {
        return ++lastNumber;
    }

    /** Records that the message with this number got its 250. */
    synchronized void acknowledged(long number, Ulid id) {
        assertThat(acknowledged.put(number, id))
                .as("an earlier reply to message %s", number)
                .isNull();
        if (number % ONE_OF_DELETED == 0) {
            deletable.add(id);
        }
        notifyAll();
    }

    synchronized int acknowledged() {
        return acknowledged.size();
    }

    synchronized int deletions() {
        return deleted.size();
    }

    /** From now on {@link #toDelete} waits for messages to delete. */
    synchronized void beginDeletions() {
        deletes = true;
    }

    /** From now on {@link #toDelete} returns null. */
    synchronized void endDeletions() {
        deletes = false;
        notifyAll();
    }

    /** Waits for the next message to delete; null when there will be no more. */
    synchronized @Nullable Ulid toDelete() throws InterruptedException {
        while (deletes && deletable.isEmpty()) {
            wait();
        }
        Ulid id = deletes ? deletable.remove() : null;
        if (id != null) {
            askedToDelete.add(id);
        }
        return id;
    }

    /** Records that a deletion was acknowledged. */
    synchronized void deleted(Ulid id) {
        askedToDelete.remove(id);
        deleted.add(id);
        notifyAll();
    }

    /** Waits until this number of messages and of deletions are acknowledged, or the time is up. */
    synchronized void await(int messages, int deletions, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while ((acknowledged.size() < messages || deleted.size() < deletions) && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
    }

    /**
     * Checks the spool. Every acknowledged message must be stored once, complete, under the id in its 250; a message
     * whose deletion was acknowledged must not be stored. After an unanswered deletion either is correct, but must not
     * change later. No message may be stored twice or incomplete. Messages checked earlier are read again only if
     * {@code all} is set. Returns the number of stored messages that were never acknowledged.
     */
    synchronized int check(Path spool, boolean all) throws IOException {
        try (var reader = SpoolReader.open(spool)) {
            return check(reader, all);
        }
    }

    private int check(SpoolReader reader, boolean all) throws IOException {
        var numbers = new HashMap<Long, Ulid>();
        var there = new HashSet<Ulid>();
        for (Ulid id : reader.ids()) {
            assertThat(there.add(id)).as("listed twice: %s", id).isTrue();
            assertThat(deleted.contains(id))
                    .as("%s was deleted but is stored", id)
                    .isFalse();
            if (!all && compared.contains(id)) {
                continue;
            }
            byte[] bytes = bytes(Objects.requireNonNull(reader.find(id)));
            long number = NumberedMessage.numberOf(bytes);
            assertThat(number).as("number of %s", id).isBetween(1L, lastNumber);
            assertThat(bytes.length).as("length of message %s", number).isEqualTo(NumberedMessage.bytes(number).length);
            assertThat(java.util.Arrays.equals(bytes, NumberedMessage.bytes(number)))
                    .as("bytes of message %s", number)
                    .isTrue();
            assertThat(numbers.put(number, id))
                    .as("message %s is stored twice", number)
                    .isNull();
            Ulid promised = acknowledged.get(number);
            assertThat(promised == null || promised.equals(id))
                    .as("message %s: 250 named %s, found as %s", number, promised, id)
                    .isTrue();
            compared.add(id);
        }
        askedToDelete.stream().filter(id -> !there.contains(id)).forEach(deleted::add);
        askedToDelete.clear();
        compared.removeAll(deleted);
        for (var promise : acknowledged.entrySet()) {
            if (deleted.contains(promise.getValue())) {
                continue;
            }
            assertThat(there.contains(promise.getValue()))
                    .as("message %s, acknowledged as %s, is stored", promise.getKey(), promise.getValue())
                    .isTrue();
        }
        assertThat(there).as("messages found before are still stored").containsAll(compared);
        there.removeAll(acknowledged.values());
        return there.size();
    }

    private static byte[] bytes(SpoolRecord message) throws IOException {
        try (InputStream body = message.body()) {
            return body.readAllBytes();
        }
    }
}
