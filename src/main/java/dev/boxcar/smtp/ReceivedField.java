// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Received field that a server adds to a message (RFC 5321 §4.4), made from the message's envelope. Immutable; any
 * thread.
 *
 * @param by the name of the server that accepted the message
 * @param id its name for the message
 * @param received when it accepted the message
 * @param singleRecipient the only recipient, in angle brackets; null if there are several, because none of them may see
 *     the others
 */
public record ReceivedField(
        Envelope envelope,
        String by,
        String id,
        Instant received,
        @Nullable String singleRecipient) {

    /** Visible characters except those that have a meaning in a comment or after the name. */
    private static final Pattern HELO = Pattern.compile("[!-~&&[^()\\\\<>;,\"]]{1,255}");

    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]+");

    /** The field in three or four lines, each ended by CRLF. It is ASCII, whatever the client has said. */
    public String text() {
        String recipient = singleRecipient == null ? "" : "\r\n\tfor " + singleRecipient;
        return "Received: from " + helo() + " (" + client() + ")\r\n"
                + "\tby " + by + " with " + protocol() + " id " + id + recipient + ";\r\n"
                + "\t" + HeaderDate.of(received) + "\r\n";
    }

    private String helo() {
        String name = envelope.first("Helo");
        return name == null || !HELO.matcher(name).matches() ? "unknown" : name;
    }

    /** The client's address as a domain literal: {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]}. */
    private String client() {
        String client = envelope.first("Client");
        int colon = client == null ? -1 : client.lastIndexOf(':');
        if (client == null || colon < 0) {
            return "local";
        }
        String address = client.substring(0, colon).replace("[", "").replace("]", "");
        if (!ADDRESS.matcher(address).matches()) {
            return "local";
        }
        return address.contains(":") ? "[IPv6:" + address + "]" : "[" + address + "]";
    }

    private String protocol() {
        String protocol = envelope.first("Protocol");
        return protocol == null ? "SMTP" : protocol;
    }
}
