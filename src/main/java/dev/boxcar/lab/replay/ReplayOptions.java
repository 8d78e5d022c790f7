// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.replay;

import dev.boxcar.async.tls.TlsSettings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a transcript is played. Immutable.
 *
 * @param pacing when the segments are sent
 * @param timeout how long the server may take for each step
 * @param tls the settings for TLS; null refuses a transcript that uses TLS
 */
public record ReplayOptions(
        Pacing pacing, Duration timeout, @Nullable TlsSettings tls) {
    /** No pauses, 10 s per step, no TLS. */
    public static final ReplayOptions DEFAULTS = new ReplayOptions(Pacing.AT_ONCE, Duration.ofSeconds(10), null);

    public ReplayOptions {
        Objects.requireNonNull(pacing, "pacing");
        Objects.requireNonNull(timeout, "timeout");
    }

    /** When a segment is sent, once the replies that it waits for have come. */
    public enum Pacing {
        AT_ONCE,
        /** After the pause that the transcript gives. */
        AS_RECORDED
    }

    /** Returns a copy with another pacing. */
    public ReplayOptions withPacing(Pacing newPacing) {
        return new ReplayOptions(newPacing, timeout, tls);
    }

    /** Returns a copy with another timeout. */
    public ReplayOptions withTimeout(Duration newTimeout) {
        return new ReplayOptions(pacing, newTimeout, tls);
    }

    /** Returns a copy with TLS. */
    public ReplayOptions withTls(TlsSettings settings) {
        return new ReplayOptions(pacing, timeout, settings);
    }
}
