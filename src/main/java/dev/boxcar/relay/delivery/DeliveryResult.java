// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.delivery.RecipientOutcome.Kind;
import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.sign.DkimResult;
import java.time.Duration;
import java.util.List;

/**
 * What came of one {@link DeliveryRequest}. Immutable; any thread.
 *
 * @param host the server's name and port; the next hop's name if there was no connection
 * @param recipients one outcome for each recipient of the request
 * @param isAnswered whether a server answered a command of this transaction
 * @param passesReportsOn whether the server offered DSN, and so is responsible for reports of success (RFC 3461 §5.2.2)
 * @param connecting how long it took until a server was ready for the message; zero over a connection that was open
 * @param sending how long the transaction took
 * @param tls how the connection was secured
 * @param dkim whether the message was signed; NONE if it was not read
 */
public record DeliveryResult(
        String host,
        List<RecipientOutcome> recipients,
        boolean isAnswered,
        boolean passesReportsOn,
        Duration connecting,
        Duration sending,
        TlsResult tls,
        DkimResult dkim) {
    public DeliveryResult {
        recipients = List.copyOf(recipients);
    }

    /** The result of a request for which there was no connection. */
    public static DeliveryResult withoutConnection(String host, List<RecipientOutcome> recipients) {
        return new DeliveryResult(
                host, recipients, false, false, Duration.ZERO, Duration.ZERO, TlsResult.NONE, DkimResult.NONE);
    }

    /** Returns a copy with another {@link #connecting} time. */
    public DeliveryResult withConnecting(Duration time) {
        return new DeliveryResult(host, recipients, isAnswered, passesReportsOn, time, sending, tls, dkim);
    }

    /** Returns a copy with another {@link #dkim}. */
    public DeliveryResult withDkim(DkimResult other) {
        return new DeliveryResult(host, recipients, isAnswered, passesReportsOn, connecting, sending, tls, other);
    }

    /** Whether nothing was tried. */
    public boolean isNotTried() {
        return recipients.stream().allMatch(one -> one.kind() == Kind.NOT_TRIED);
    }
}
