// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.TlsMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The messages and connections of a load. Start with {@link #DEFAULTS}. Immutable; any thread.
 *
 * @param connections how many connections are open at a time
 * @param messages the total number of messages to send, not counting the warm-up
 * @param recipients per message
 * @param bytes per message; at least the size of its header
 * @param mode how many commands each connection sends before their replies have arrived
 * @param depth with {@link PipeliningMode#BDAT}, how many messages each connection sends before the first is answered
 * @param reconnect whether each message has a connection of its own
 * @param warmup how long messages are sent before they count; may be zero
 * @param time how long messages are sent at most; zero means until all messages are sent
 * @param timeout the maximum time for a reply
 * @param loops how many threads send
 * @param tlsMode whether TLS is used; OPPORTUNISTIC is treated as STARTTLS
 * @param tls the TLS settings; required unless {@code tlsMode} is NONE
 */
public record BlastPlan(
        int connections,
        long messages,
        int recipients,
        int bytes,
        PipeliningMode mode,
        int depth,
        boolean reconnect,
        Duration warmup,
        Duration time,
        Duration timeout,
        int loops,
        TlsMode tlsMode,
        @Nullable TlsSettings tls) {
    /** For {@link #withMessages}, when only the time limits the load. */
    public static final long UNLIMITED = Long.MAX_VALUE / 2;

    /** One message of 1 KiB to one recipient, over one pipelined connection without TLS. */
    public static final BlastPlan DEFAULTS = new BlastPlan(
            1, // connections
            1, // messages
            1, // recipients
            1024, // bytes
            PipeliningMode.PIPELINED,
            1, // depth
            false, // reconnect
            Duration.ZERO, // warmup
            Duration.ZERO, // time
            Duration.ofMinutes(1), // timeout
            1, // loops
            TlsMode.NONE,
            null);

    public BlastPlan {
        if (connections < 1 || messages < 1 || recipients < 1 || depth < 1 || loops < 1) {
            throw new IllegalArgumentException("connections, messages, recipients, depth and loops must be at least 1");
        }
        if (tls == null && tlsMode != TlsMode.NONE) {
            throw new IllegalArgumentException(tlsMode + " needs TLS settings");
        }
    }

    public BlastPlan withConnections(int number) {
        return new BlastPlan(
                number,
                messages,
                recipients,
                bytes,
                mode,
                depth,
                reconnect,
                warmup,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withMessages(long number) {
        return new BlastPlan(
                connections,
                number,
                recipients,
                bytes,
                mode,
                depth,
                reconnect,
                warmup,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withRecipients(int number) {
        return new BlastPlan(
                connections,
                messages,
                number,
                bytes,
                mode,
                depth,
                reconnect,
                warmup,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withBytes(int number) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                number,
                mode,
                depth,
                reconnect,
                warmup,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withMode(PipeliningMode newMode) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                newMode,
                depth,
                reconnect,
                warmup,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withDepth(int number) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                mode,
                number,
                reconnect,
                warmup,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withReconnect(boolean perMessage) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                mode,
                depth,
                perMessage,
                warmup,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withWarmup(Duration duration) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                mode,
                depth,
                reconnect,
                duration,
                time,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withTime(Duration duration) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                mode,
                depth,
                reconnect,
                warmup,
                duration,
                timeout,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withTimeout(Duration duration) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                mode,
                depth,
                reconnect,
                warmup,
                time,
                duration,
                loops,
                tlsMode,
                tls);
    }

    public BlastPlan withLoops(int number) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                mode,
                depth,
                reconnect,
                warmup,
                time,
                timeout,
                number,
                tlsMode,
                tls);
    }

    public BlastPlan withTls(TlsMode newMode, @Nullable TlsSettings settings) {
        return new BlastPlan(
                connections,
                messages,
                recipients,
                bytes,
                mode,
                depth,
                reconnect,
                warmup,
                time,
                timeout,
                loops,
                newMode,
                settings);
    }
}
