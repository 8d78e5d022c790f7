// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.body.SlabPool;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Large messages of a spool in memory, which stay in the slabs that they were received in. */
class InMemoryBodyTest {
    private static final int LARGE = 3 * 1024 * 1024;

    private final MemorySpool spool = new MemorySpool(2 * LARGE + 100_000);

    private Ulid store(char b) {
        return Mail.stored(spool, String.valueOf(b).repeat(LARGE));
    }

    private static SpoolRecord found(Spool spool, Ulid id) throws IOException {
        return Objects.requireNonNull(spool.find(id));
    }

    private static boolean isAll(byte[] bytes, char b) {
        var expected = new byte[LARGE];
        Arrays.fill(expected, (byte) b);
        return Arrays.equals(bytes, expected);
    }

    @Test
    void messagesKeepTheirBytesWhenOthersAreEvicted() throws IOException {
        for (char b = 'a'; b < 'k'; b++) {
            Ulid id = store(b);
            SpoolRecord record = found(spool, id);
            assertThat(record.bodyLength()).isEqualTo(LARGE);
            assertThat(isAll(record.body().readAllBytes(), b)).isTrue();
            assertThat(record.body(LARGE - 2, 9).readAllBytes()).hasSize(2).containsOnly(b);
            assertThat(spool.statistics().slabBytes()).isZero(); // slabs of stored messages are not counted
        }
        assertThat(spool.ids()).hasSize(2);
    }

    @Test
    void aReaderFinishesAMessageThatIsEvicted() throws IOException {
        Ulid id = store('a');
        SpoolRecord record = found(spool, id);
        try (InputStream body = record.body()) {
            assertThat(body.read()).isEqualTo('a');
            for (char b = 'b'; b < 'h'; b++) {
                store(b); // these would reuse the memory of the first one
            }
            assertThat(spool.find(id)).isNull();
            byte[] rest = body.readAllBytes();
            assertThat(rest).hasSize(LARGE - 1).containsOnly('a');
        }
    }

    @Test
    void openingAnEvictedMessageFails() throws IOException {
        SpoolRecord record = found(spool, store('a'));
        store('b');
        store('c');
        assertThatThrownBy(record::body)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was removed to make room");
    }

    @Test
    void aClosedStreamCannotBeRead() throws IOException {
        InputStream body = found(spool, store('a')).body();
        body.close();
        body.close();
        assertThatThrownBy(body::read).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> body.read(new byte[1])).isInstanceOf(IOException.class);
    }

    @Test
    void reusesTheMemoryOfRemovedMessages() {
        var pool = new SlabPool(8L * LARGE);
        byte[] bytes = new byte[LARGE];
        var first = new SlabBody(pool);
        first.write(bytes, 0, LARGE);
        byte[] slab = first.slab(1);
        var kept = new InMemoryBody(first);
        first.release();
        assertThat(pool.usedBytes()).isZero();
        kept.remove();
        var second = new SlabBody(pool);
        second.write(bytes, 0, LARGE);
        assertThat(second.slabCount()).isGreaterThan(1);
        boolean again = false;
        for (int i = 0; i < second.slabCount(); i++) {
            again |= second.slab(i) == slab;
        }
        assertThat(again).isTrue();
    }
}
