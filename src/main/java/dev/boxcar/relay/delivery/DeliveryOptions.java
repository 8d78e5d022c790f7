// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.smtp.client.ClientTimeouts;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How sessions deliver. Start from {@link #named}. Immutable; any thread.
 *
 * @param hostname the name for EHLO and Received
 * @param timeouts how long a server may take for each step
 * @param attempt how long one transaction may take, whatever the server does
 * @param idle how long a connection without work is kept
 * @param signer what signs mail now; asked for each message, on worker threads
 * @param tlsResults is told what came of TLS with the servers of domains
 */
public record DeliveryOptions(
        String hostname,
        ClientTimeouts timeouts,
        Duration attempt,
        Duration idle,
        Supplier<DkimSigner> signer,
        TlsSessionResult.Listener tlsResults) {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration ATTEMPT = Duration.ofMinutes(30);
    private static final Duration IDLE = Duration.ofSeconds(2);

    /**
     * The timeouts of RFC 5321 §4.5.3.2, 30 s to connect, 30 min for a transaction, and 2 s of idleness. Nothing is
     * signed.
     */
    public static DeliveryOptions named(String hostname) {
        ClientTimeouts rfc = ClientTimeouts.RFC_5321;
        var timeouts = new ClientTimeouts(CONNECT, rfc.command(), rfc.data(), rfc.block(), rfc.message());
        return new DeliveryOptions(
                hostname, timeouts, ATTEMPT, IDLE, () -> DkimSigner.NONE, TlsSessionResult.Listener.NONE);
    }

    /** Returns a copy with other {@link #timeouts}. */
    public DeliveryOptions withTimeouts(ClientTimeouts other) {
        return new DeliveryOptions(hostname, other, attempt, idle, signer, tlsResults);
    }

    /** Returns a copy with another {@link #attempt}. */
    public DeliveryOptions withAttempt(Duration time) {
        return new DeliveryOptions(hostname, timeouts, time, idle, signer, tlsResults);
    }

    /** Returns a copy with another {@link #idle}. */
    public DeliveryOptions withIdle(Duration time) {
        return new DeliveryOptions(hostname, timeouts, attempt, time, signer, tlsResults);
    }

    /** Returns a copy with another {@link #signer}. */
    public DeliveryOptions withSigner(Supplier<DkimSigner> other) {
        return new DeliveryOptions(hostname, timeouts, attempt, idle, other, tlsResults);
    }

    /** Returns a copy with another {@link #tlsResults}. */
    public DeliveryOptions withTlsResults(TlsSessionResult.Listener listener) {
        return new DeliveryOptions(hostname, timeouts, attempt, idle, signer, listener);
    }
}
