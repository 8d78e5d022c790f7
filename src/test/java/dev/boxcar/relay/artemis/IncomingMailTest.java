// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.artemis.body.BodyStore;
import dev.boxcar.spool.UlidGenerator;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail that arrives faster than the disk takes it. */
class IncomingMailTest {
    private static final int PIECE = 64 * 1024;
    private static final int MORE_THAN_WAITS = 100;

    @TempDir
    Path directory;

    @Test
    void aSessionGoesOnEachTimeThatTheDiskHasCaughtUp() throws Exception {
        var disk = new ArrayDeque<Runnable>();
        var resumed = new AtomicInteger();
        try (BodyStore store = BodyStore.open(directory)) {
            var mail = new IncomingMail(
                    new UlidGenerator(System::currentTimeMillis).next(),
                    Runnable::run,
                    store,
                    disk::add,
                    (id, envelope, body, executor, callback) -> {});
            mail.whenRoom(resumed::incrementAndGet); // once, when the message begins
            for (int time = 1; time <= 3; time++) {
                for (int i = 0; i < MORE_THAN_WAITS && mail.mayTake(); i++) {
                    mail.write(new byte[PIECE], 0, PIECE);
                }
                assertThat(mail.mayTake()).isFalse();
                assertThat(resumed).hasValue(time - 1);
                while (!disk.isEmpty()) {
                    disk.remove().run();
                }
                assertThat(resumed).hasValue(time);
                assertThat(mail.mayTake()).isTrue();
            }
            mail.abandon();
            disk.forEach(Runnable::run);
        }
    }
}
