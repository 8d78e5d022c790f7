// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import dev.boxcar.smtp.parameter.Parameter;
import org.jspecify.annotations.Nullable;

/** Formats the commands of a transaction for a server's capabilities, without CRLF. Any thread. */
final class MailCommands {
    private MailCommands() {}

    /** Why the server cannot accept this message for any recipient, or null if nothing is known to prevent it. */
    static @Nullable String obstacle(MailTransaction transaction, ServerCapabilities capabilities) {
        MessageContent content = transaction.content();
        if (content.bytes() > capabilities.maxMessageBytes()) { // RFC 1870 §6
            return "5.3.4 the message has " + content.bytes() + " bytes, the server accepts at most "
                    + capabilities.maxMessageBytes();
        }
        if (transaction.needsUtf8() && !capabilities.has("SMTPUTF8")) { // RFC 6531 §3.4
            return "5.6.7 the message needs SMTPUTF8, which the server does not offer";
        }
        if (content.isEightBit() && !capabilities.has("8BITMIME")) { // RFC 6152 §3
            return "5.6.3 the message has bytes above 127, and the server does not offer 8BITMIME";
        }
        return null;
    }

    /**
     * Why this server must not get the message now, though a later attempt may find one that may; null if nothing is
     * known to prevent it.
     */
    static @Nullable String reasonToWait(MailTransaction transaction, ServerCapabilities capabilities) {
        boolean mustWait = transaction.isReturnedWhenLate() && !capabilities.has("DELIVERBY"); // RFC 2852 §4.1
        return mustWait
                ? "4.4.7 the sender wants the message back at a certain time, and the server does not offer DELIVERBY"
                : null;
    }

    static String mail(MailTransaction transaction, ServerCapabilities capabilities) {
        var line = new StringBuilder("MAIL FROM:").append(transaction.reversePath());
        MessageContent content = transaction.content();
        if (capabilities.has("SIZE") && content.bytes() != MessageContent.UNKNOWN) {
            line.append(" SIZE=").append(content.bytes());
        }
        if (content.isEightBit()) {
            line.append(" BODY=8BITMIME");
        }
        if (transaction.needsUtf8()) {
            line.append(" SMTPUTF8");
        }
        if (transaction.requiresTls() && capabilities.has("REQUIRETLS")) { // RFC 8689 §4.2.1
            line.append(" REQUIRETLS");
        }
        return withParameters(line, transaction.parameters(), capabilities);
    }

    static String rcpt(Recipient recipient, ServerCapabilities capabilities) {
        return withParameters(
                new StringBuilder("RCPT TO:").append(recipient.path()), recipient.parameters(), capabilities);
    }

    /** Adds those parameters whose extension the server offers. */
    private static String withParameters(StringBuilder line, String parameters, ServerCapabilities capabilities) {
        for (String parameter : parameters.split(" ", -1)) {
            if (!parameter.isEmpty() && capabilities.has(extensionOf(parameter))) {
                line.append(' ').append(parameter);
            }
        }
        return line.toString();
    }

    private static String extensionOf(String parameter) {
        String keyword = parameter.split("=", 2)[0];
        for (Parameter known : Parameter.values()) {
            if (known.keyword().equalsIgnoreCase(keyword)) {
                return known.extension().keyword();
            }
        }
        return keyword;
    }
}
