// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import org.jspecify.annotations.Nullable;

/** The commands of a transaction as a server's offers shape them, without CRLF. Any thread. */
final class MailCommands {
    private MailCommands() {}

    /**
     * Why the server cannot take this message for anybody, found before a word of it is said; null where nothing is in
     * the way.
     */
    static @Nullable String obstacle(MailTransaction transaction, ServerCapabilities offers) {
        MessageContent content = transaction.content();
        if (content.bytes() > offers.largestMessage()) { // RFC 1870 §6
            return "5.3.4 the message has " + content.bytes() + " octets, the server takes " + offers.largestMessage();
        }
        if (transaction.needsUtf8() && !offers.has("SMTPUTF8")) { // RFC 6531 §3.4
            return "5.6.7 the message needs SMTPUTF8, which the server does not offer";
        }
        if (content.isEightBit() && !offers.has("8BITMIME")) { // RFC 6152 §3
            return "5.6.3 the message has octets above 127, and the server does not offer 8BITMIME";
        }
        return null;
    }

    static String mail(MailTransaction transaction, ServerCapabilities offers) {
        var line = new StringBuilder("MAIL FROM:").append(transaction.reversePath());
        MessageContent content = transaction.content();
        if (offers.has("SIZE") && content.bytes() != MessageContent.UNKNOWN) {
            line.append(" SIZE=").append(content.bytes());
        }
        if (content.isEightBit()) {
            line.append(" BODY=8BITMIME");
        }
        if (transaction.needsUtf8()) {
            line.append(" SMTPUTF8");
        }
        return with(transaction.parameters(), offers, line);
    }

    static String rcpt(Recipient recipient, ServerCapabilities offers) {
        return with(recipient.parameters(), offers, new StringBuilder("RCPT TO:").append(recipient.path()));
    }

    private static String with(String dsnParameters, ServerCapabilities offers, StringBuilder line) {
        if (!dsnParameters.isEmpty() && offers.has("DSN")) {
            line.append(' ').append(dsnParameters);
        }
        return line.toString();
    }
}
