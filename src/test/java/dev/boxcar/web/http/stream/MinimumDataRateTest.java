// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MinimumDataRateTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final MinimumDataRate rate = new MinimumDataRate(nanos::get);

    private void passOneSecond() {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    /** A client that satisfies each read after one second. */
    private InputStream slow() {
        return rate.of(new InputStream() {
            @Override
            public int read() {
                passOneSecond();
                return 'x';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                passOneSecond();
                return length;
            }
        });
    }

    @Test
    void disconnectsAClientThatSendsTooSlowly() throws IOException {
        InputStream in = slow();
        for (int i = 1; i < MinimumDataRate.GRACE_SECONDS; i++) {
            assertThat(in.read()).isEqualTo('x');
        }
        assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("too slow");
    }

    @Test
    void servesAClientAtTheMinimumRate() throws IOException {
        InputStream in = slow();
        for (int i = 0; i < 1000; i++) {
            assertThat(in.read(new byte[(int) MinimumDataRate.MIN_BYTES_PER_SECOND]))
                    .isPositive();
        }
    }

    @Test
    void disconnectsAClientThatReadsTooSlowly() throws IOException {
        OutputStream out = rate.of(new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] source, int offset, int length) {
                passOneSecond();
            }
        });
        for (int i = 1; i < MinimumDataRate.GRACE_SECONDS; i++) {
            out.write(new byte[10]);
        }
        assertThatThrownBy(() -> out.write(new byte[10])).isInstanceOf(IOException.class);
    }

    @Test
    void doesNotCountTheServersOwnTime() throws IOException {
        OutputStream out = rate.of(new ByteArrayOutputStream());
        for (int i = 0; i < 100; i++) {
            passOneSecond();
            out.write(new byte[1]);
        }
    }
}
