// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Mail;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.UlidGenerator;
import dev.boxcar.spool.body.SlabBody;
import dev.boxcar.spool.body.SlabPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages keep their bytes, and dead bytes in arenas stay within their limit, whichever messages are removed. */
class InMemoryMessagesTest {
    private static final long CAPACITY_BYTES = 1024 * 1024;

    private final Random random = new Random(20_261_126);
    private final SlabPool slabs = new SlabPool(CAPACITY_BYTES);
    private final InMemoryMessages memory = new InMemoryMessages(CAPACITY_BYTES);
    private final UlidGenerator ids = new UlidGenerator(System::currentTimeMillis);
    private final Map<Ulid, String> held = new LinkedHashMap<>();
    private long sequence;

    @Test
    void movesMessagesTogetherWhenMostAreRemoved() throws IOException {
        for (int day = 0; day < 20; day++) {
            while (memory.nextToEvict(3_000) == null) {
                add(random.nextInt(2_000));
            }
            List<Ulid> going = new ArrayList<>(held.keySet());
            Collections.shuffle(going, random);
            for (Ulid id : going.subList(0, going.size() * 9 / 10)) {
                remove(id);
                assertThat(memory.arenas().deadBytes()).isLessThan(CAPACITY_BYTES / 2);
            }
            assertAllUnchanged();
        }
    }

    @Test
    void evictingTheOldestLeavesNoDeadBytes() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            for (Ulid oldest = memory.nextToEvict(1_300); oldest != null; oldest = memory.nextToEvict(1_300)) {
                remove(oldest);
            }
            add(1_000);
            assertThat(memory.arenas().deadBytes()).isLessThan(32 * 1024);
        }
        assertAllUnchanged();
    }

    @Test
    void removingAllMessagesLeavesNoDeadBytes() {
        for (int i = 0; i < 1_000; i++) {
            add(random.nextInt(5_000) * (i % 100 == 0 ? 10 : 1) % 50_000);
            if (memory.nextToEvict(60_000) != null) {
                break;
            }
        }
        List<Ulid> going = new ArrayList<>(held.keySet());
        Collections.shuffle(going, random);
        going.forEach(this::remove);
        assertThat(memory.size()).isZero();
        assertThat(memory.arenas().deadBytes()).isZero();
        assertThat(memory.nextToEvict(CAPACITY_BYTES)).isNull();
    }

    private void add(int bytes) {
        String text = Integer.toString(random.nextInt(), 36).repeat(bytes + 1).substring(0, bytes);
        var body = new SlabBody(slabs);
        byte[] written = text.getBytes(UTF_8);
        body.write(written, 0, written.length);
        Envelope envelope = Mail.envelope("sender-" + sequence + "@example.org");
        Ulid id = ids.next();
        sequence++;
        memory.addMessage(
                InMemoryRecord.copyOf(id, sequence, envelope, body, memory.arenas()),
                InMemoryMessages.sizeOf(envelope.length(), bytes));
        body.release();
        held.put(id, envelope + text);
    }

    private void remove(Ulid id) {
        memory.remove(id);
        held.remove(id);
        assertThat(memory.find(id)).isNull();
    }

    private void assertAllUnchanged() throws IOException {
        assertThat(memory.ids()).containsExactlyElementsOf(held.keySet());
        for (Map.Entry<Ulid, String> entry : held.entrySet()) {
            InMemoryRecord found = Objects.requireNonNull(memory.find(entry.getKey()));
            String whole = found.text() + new String(found.body().readAllBytes(), UTF_8);
            assertThat(whole).isEqualTo(entry.getValue());
            String middle = new String(found.body(found.bodyLength() / 2, 10).readAllBytes(), UTF_8);
            assertThat(entry.getValue()).contains(middle);
        }
    }
}
